import Jobs

/// An action that the worker's caller performs, in the order of the directives.
public enum WorkerDirective: Hashable, Sendable {
  /// Send a message to the coordinator.
  case send(WorkerMessage)
  /// Fetch these blobs into the cache, then report `fetched`.
  case fetch(Attempt, [Digest])
  /// Run this attempt on the compute thread, after those that were started before.
  case start(Lease)
  /// Stop the attempt at its next step, with `checkpoint` after saving one. An attempt that has not begun
  /// stops at once.
  case stop(Attempt, checkpoint: Bool)
  /// Send this blob to the coordinator, then report `stored`. The directive is repeated for a blob under way
  /// when the coordinator was restarted; start the transfer anew then.
  case store(BlobReference)
  /// Notify the user of something.
  case notify(String)
  /// End the process with status 0 if dismissed or interrupted, 2 if refused or unable to work, and 3 if the
  /// coordinator was not reached.
  case exit(status: Int32)
}
