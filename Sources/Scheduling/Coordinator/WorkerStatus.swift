import Jobs

/// Creates the report that a worker holds `attempt` after `step` steps.
public struct RunningAttempt: Hashable, Sendable {
  /// The attempt in probe.
  public let attempt: Attempt
  /// The job's label in messages to the user.
  public let label: String
  /// The worker that holds it.
  public let worker: WorkerID
  /// The last reported progress, or nil before the first report.
  public let progress: JobProgress?
}

/// A worker's connection to the coordinator, from its joining until it leaves or is lost.
public struct WorkerStatus: Hashable, Sendable {
  /// The name of the worker.
  public let id: WorkerID
  /// The worker's host, process and numerics.
  public let description: WorkerDescription
  /// The number of attempts that the worker holds.
  public let leases: Int
}
