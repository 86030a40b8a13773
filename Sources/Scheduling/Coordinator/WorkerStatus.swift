import Jobs

/// An attempt that a worker holds, with its last reported progress.
public struct RunningAttempt: Hashable, Sendable {
  /// The job and the number of the attempt.
  public let attempt: Attempt
  /// The job's label in messages to the user.
  public let label: String
  /// The worker that holds the attempt.
  public let worker: WorkerID
  /// The last reported progress, or nil before the first report.
  public let progress: JobProgress?
}

/// A worker that has joined, with the number of attempts that it holds.
public struct WorkerStatus: Hashable, Sendable {
  /// The name of the worker.
  public let id: WorkerID
  /// The worker's host, process and numerics.
  public let description: WorkerDescription
  /// The number of attempts that the worker holds.
  public let leases: Int
}
