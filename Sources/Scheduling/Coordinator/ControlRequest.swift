import Jobs

/// A request of the user to a running coordinator.
public enum ControlRequest: Hashable, Sendable, Codable {
  /// Cancel these jobs and the jobs that depend on them. Open attempts save a checkpoint and stop.
  case cancel([JobID])
  /// Cancel every job that is neither done nor discarded.
  case cancelAll
  /// Put these discarded jobs back into the queue.
  case retry([JobID])
  /// Put all discarded jobs back into the queue.
  case retryAll
  /// Ask this worker to save checkpoints and leave.
  case drain(WorkerID)
  /// Lease nothing more, and end when all open attempts have ended.
  case close
}
