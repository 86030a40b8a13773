import Jobs

/// One numbered try at a job.
///
/// The number is a fencing token: the coordinator accepts reports about the highest number only, so
/// a worker that was declared lost cannot interfere when it comes back. See <doc:Protocol>.
public struct Attempt: Hashable, Sendable, Codable {
  /// The job that is tried.
  public var job: JobID
  /// The number of the try, counted from 1 for each job.
  public var number: Int
  /// Creates the attempt with this number at `job`.
  public init(job: JobID, number: Int) {
    self.job = job
    self.number = number
  }
}

/// An attempt that a worker holds when it joins.
public struct HeldAttempt: Hashable, Sendable, Codable {
  /// The attempt that the worker holds.
  public var attempt: Attempt
  /// The number of steps that are done.
  public var step: Int
  /// Creates the report that a worker holds `attempt` after `step` steps.
  public init(attempt: Attempt, step: Int) {
    self.attempt = attempt
    self.step = step
  }
}
