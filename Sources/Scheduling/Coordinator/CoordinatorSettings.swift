/// The coordinator's time limits and limits on repeated attempts.
public struct CoordinatorSettings: Hashable, Sendable {
  /// The heartbeat and lease of workers.
  public var terms = LeaseTerms(heartbeat: .seconds(1), lease: .seconds(10))
  /// The number of failures after which a job is discarded, at least 1.
  public var maximumAttempts = 3
  /// The number of workers that may be lost in a row, without a new checkpoint in between, before
  /// the job that they ran is discarded as the likely cause. It is at least 1. A long job on
  /// machines that come and go may lose many workers, but it gets further each time.
  public var maximumLosses = 10
  /// The number of workers that may be lost in a row, without a new checkpoint in between, before
  /// the job is discarded if the last one is known to have died rather than to be cut off. It is at
  /// least 1. A job that needs more memory than there is would only be killed again.
  public var maximumDeaths = 3
  /// The time for which open attempts wait after a restart for their workers to join again. If nil,
  /// they wait for one lease.
  public var reattachGrace: Duration?
  /// The silence after which a worker whose connection is gone is lost. A worker that is alive
  /// makes a new connection sooner.
  public var reconnectGrace = Duration.seconds(2)
  /// The silence after which a worker is probed once. The worker's answer, or the network's report
  /// that it cannot be reached, arrives before its lease ends.
  public var probeAfter = Duration.milliseconds(2500)
  /// The time that dismissed workers have to save checkpoints and leave.
  public var shutdownGrace = Duration.seconds(30)

  /// True if jobs that require a GPU wait until a worker with a GPU joins. If it is false and no
  /// worker has a GPU, any worker is given such a job and reports the missing GPU as its failure.
  public var waitsForGPU = true

  /// The share of the jobs that another worker computes once more, in [0, 1]. The two results must
  /// be equal.
  public var auditShare = 0.0
  /// The number that determines which jobs are audited. Workers must not be able to guess it.
  public var auditSalt: UInt64 = 0

  /// Creates the default settings: a heartbeat each second and a lease of ten seconds.
  public init() {}
}
