import Jobs

/// The attempt, worker and result by which a job was done.
public struct Completion: Hashable, Sendable {
  /// The attempt that finished.
  public let attempt: Attempt
  /// The worker that computed the attempt.
  public let worker: WorkerID
  /// The result of the attempt.
  public let result: JobResult
}

/// The result of another attempt at a job that is done, compared with the result that counts.
public struct Audit: Hashable, Sendable {
  /// The attempt that was compared.
  public let attempt: Attempt
  /// The worker that computed the attempt.
  public let worker: WorkerID
  /// The result of the attempt.
  public let result: JobResult
  /// True if all outputs that can be compared have the same digests as in the result that counts.
  public let agrees: Bool
}
