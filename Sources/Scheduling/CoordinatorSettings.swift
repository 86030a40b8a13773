/// How patient the coordinator is.
public struct CoordinatorSettings: Hashable, Sendable {
  /// What it expects of workers.
  public var terms = LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))
  /// Failures after which a job is discarded, >= 1.
  public var maximumAttempts = 3
  /// Workers lost in a row, with no checkpoint in between, after which a job is discarded as the
  /// likely culprit, >= 1. A long job on machines that come and go is lost more often than that.
  public var maximumLosses = 10
  /// Seconds after a restart in which attempts under way wait for their workers to come back; nil
  /// is one lease.
  public var reattachGrace: Duration?
  /// Seconds of silence after which a worker whose connection is gone is lost; one that lives has
  /// made a new one by then.
  public var reconnectGrace = Duration.seconds(2)
  /// Seconds of silence after which a worker is asked whether it is there, once: the answer, or that
  /// it cannot be reached, comes sooner than the end of its lease.
  public var probeAfter = Duration.milliseconds(2500)
  /// Seconds that dismissed workers have to checkpoint and leave.
  public var shutdownGrace = Duration.seconds(30)

  /// Whether jobs for a GPU wait until a worker comes whose machine has one; where not, and nobody
  /// has, anybody is given them, and says what is missing.
  public var waitsForGPU = true

  /// The share of the jobs that are computed once more by another worker, whose result must be the
  /// same, in [0, 1].
  public var auditShare = 0.0
  /// Chooses which; not to be guessed by who computes.
  public var auditSalt: UInt64 = 0

  /// A heartbeat a second, a lease of ten.
  public init() {}
}
