import Jobs

/// An action that the coordinator's caller performs, in the order of the directives.
public enum CoordinatorDirective: Hashable, Sendable {
  /// Write these events to the journal before any later directive is carried out.
  case record([JournalEvent])
  /// Send a message to a worker.
  case send(CoordinatorMessage, to: WorkerID)
  /// Remove this blob unless something refers to it.
  case removeUnreferenced(BlobReference)
  /// Notify the user of something.
  case notify(UserNotification)
  /// End the coordinator: all jobs are done or discarded, or the interruption is complete.
  case conclude
}
