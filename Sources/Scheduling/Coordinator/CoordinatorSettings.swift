/// The coordinator's time limits and limits on repeated attempts.
public struct CoordinatorSettings: Hashable, Sendable {
  /// The heartbeat and lease of workers.
  public var terms = LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))
  /// The number of failures after which a job is discarded, at least 1.
  public var maximumAttempts = 3
  /// The number of workers lost in a row, without a checkpoint in between, after which a job is discarded as
  /// the likely cause, at least 1. Long jobs on machines that come and go lose many workers, but get
  /// further each time.
  public var maximumLosses = 10
  /// The time after a restart in which open attempts wait for their workers to join again, or nil for
  /// one lease.
  public var reattachGrace: Duration?
  /// The silence after which a worker whose connection is gone is lost. A worker that is alive has made a
  /// new connection by then.
  public var reconnectGrace = Duration.seconds(2)
  /// The silence after which a worker is probed once. The answer, or the report that it cannot be
  /// reached, comes sooner than the end of its lease.
  public var probeAfter = Duration.milliseconds(2500)
  /// The time that dismissed workers have to save checkpoints and leave.
  public var shutdownGrace = Duration.seconds(30)

  /// True if jobs for a GPU wait until a worker with a GPU joins. If false and no worker has one, any worker
  /// gets them and fails with the reason.
  public var waitsForGPU = true

  /// The share of the jobs that another worker computes once more, in [0, 1]. The two results must be
  /// equal.
  public var auditShare = 0.0
  /// Chooses the audited jobs. Workers must not be able to guess it.
  public var auditSalt: UInt64 = 0

  /// Creates the default settings: a heartbeat each second and a lease of ten seconds.
  public init() {}
}
