import Jobs

/// The times by which the coordinator judges whether a worker is alive.
public struct LeaseTerms: Hashable, Sendable {
  /// The time between two heartbeats, above 0.
  public var heartbeat: Duration
  /// The silence after which a worker's leases are lost, at least one heartbeat.
  public var lease: Duration
  /// Creates the terms of leases.
  public init(heartbeat: Duration, lease: Duration) {
    self.heartbeat = heartbeat
    self.lease = lease
  }
}

/// The right of one worker to compute a job, for as long as the coordinator hears from the worker.
public struct Lease: Hashable, Sendable, Codable {
  /// The numbered try that is leased.
  public var attempt: Attempt
  /// The job, whose digest must be `attempt.job`.
  @Shared public var job: Job
  /// The job's label in messages to the user.
  public var label: String
  /// The checkpoint from which to continue, or nil to start from the beginning.
  public var checkpoint: Checkpoint?
  /// The weights of the training on which the job depends, or nil for a job without one.
  public var weights: BlobReference?
  /// Creates a lease.
  public init(
    attempt: Attempt, job: Job, label: String, checkpoint: Checkpoint?, weights: BlobReference?
  ) {
    self.init(
      attempt: attempt, sharing: Shared(wrappedValue: job), label: label, checkpoint: checkpoint,
      weights: weights)
  }
  /// Creates a lease that shares an existing copy of the job.
  public init(
    attempt: Attempt, sharing job: Shared<Job>, label: String, checkpoint: Checkpoint?,
    weights: BlobReference?
  ) {
    self.attempt = attempt
    _job = job
    self.label = label
    self.checkpoint = checkpoint
    self.weights = weights
  }
}
