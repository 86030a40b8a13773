import Jobs
import Scheduling

/// A coordinator's process: the real state machine and what its shell holds in memory.
final class CoordinatorProcess {
  var state: CoordinatorState
  let life: Int
  var clock: SimulatedClock
  /// What has come and is not dealt with.
  var inbox: [CoordinatorStimulus] = []
  /// What follows from the facts that are being synced; nil while nothing is.
  var pending: [CoordinatorDirective]?
  var frozenUntil = Instant.origin
  var retention: CheckpointRetention
  /// When it last decided; only a planted bug asks.
  var lastStimulus: Instant?
  /// After how many more writes and sends it dies, and whether its machine does.
  var doom: (effects: Int, takesMachine: Bool)?

  init(_ state: CoordinatorState, life: Int, clock: SimulatedClock) {
    (self.state, self.life, self.clock) = (state, life, clock)
    retention = CheckpointRetention(state.ledger)
  }

  /// The attempt and the worker of a report that is fenced off and must be answered; nil for
  /// anything else.
  func staleReport(_ stimulus: CoordinatorStimulus) -> (attempt: Attempt, worker: WorkerID)? {
    guard !state.isConcluded, case .received(let message, let worker) = stimulus
    else { return nil }
    switch message {
    case .started(let attempt), .progress(let attempt, _), .checkpoint(let attempt, _):
      let job = state.status(of: attempt.job)
      let isCurrent =
        job?.openAttempt == attempt && job?.holder == worker
        || state.isAudit(attempt, of: worker)
      return isCurrent ? nil : (attempt, worker)
    default: return nil
    }
  }

  func isIdle(at now: Instant) -> Bool { pending == nil && frozenUntil <= now }
}
