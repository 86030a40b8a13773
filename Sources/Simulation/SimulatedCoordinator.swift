import Jobs
import Scheduling

/// A coordinator's process: the real state machine, and the memory of its shell.
final class SimulatedCoordinator {
  var state: CoordinatorState
  let generation: Int
  var clock: SimulatedClock
  /// The stimuli that have arrived and are not handled yet.
  var inbox: [CoordinatorStimulus] = []
  /// The directives that wait until their events are synced, or nil if none wait.
  var pending: [CoordinatorDirective]?
  var frozenUntil = Instant.origin
  var retention: CheckpointRetention
  /// The instant of the last stimulus, which only a planted bug uses.
  var lastStimulus: Instant?
  /// The number of writes and sends after which the process dies, and whether its machine dies with
  /// it.
  var crashAfter: (effects: Int, takesMachine: Bool)?

  init(_ state: CoordinatorState, generation: Int, clock: SimulatedClock) {
    self.state = state
    self.generation = generation
    self.clock = clock
    retention = CheckpointRetention(state.ledger)
  }

  /// Returns the attempt and the worker of a report about a superseded attempt that must be
  /// answered, or nil for any other stimulus.
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
