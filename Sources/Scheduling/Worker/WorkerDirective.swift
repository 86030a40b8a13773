import Jobs

/// An action that the worker's caller performs, in the order of the directives.
public enum WorkerDirective: Hashable, Sendable {
  /// Send a message to the coordinator.
  case send(WorkerMessage)
  /// Fetch these blobs into the cache, then report `fetched`.
  case fetch(Attempt, [Digest])
  /// Run this attempt on the compute thread, after those that were started before.
  case start(Lease)
  /// Stop the attempt at its next step. If `checkpoint` is true, save a checkpoint first. An
  /// attempt that has not begun stops at once.
  case stop(Attempt, checkpoint: Bool)
  /// Send this blob to the coordinator, then report `stored`. After a restart of the coordinator
  /// the directive is repeated for blobs that were under way, whose transfers must then start
  /// again.
  case store(BlobReference)
  /// Notify the user of something.
  case notify(String)
  /// End the process with status 0 if dismissed or interrupted, 2 if refused or unable to work, and
  /// 3 if the coordinator was not reached.
  case exit(status: Int32)
}
