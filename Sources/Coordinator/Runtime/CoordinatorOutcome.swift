import Runs

/// The way in which a coordinator ended.
public enum CoordinatorOutcome: Hashable, Sendable {
  /// Every job is done or discarded. `discarded` is the number of discarded jobs, and `contested`
  /// the number of jobs for which two workers computed different results.
  case finished(discarded: Int, contested: Int = 0)
  /// The user stopped the coordinator before all jobs and audits were done. The state of the run is
  /// kept.
  case interrupted
}

/// The outcome of a coordinator, with the history of the run up to its end.
public struct CoordinatorConclusion: Sendable {
  /// The way in which the coordinator ended.
  public let outcome: CoordinatorOutcome
  /// The fold of every event in the journal, so that the journal need not be read again.
  public let history: RunHistory
}
