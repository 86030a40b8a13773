import Jobs
import Scheduling

/// The evidence on which the coordinator may end an attempt: the reports that workers really sent,
/// and those that have reached the coordinator.
struct Evidence {
  private var finished: [Attempt: WorkerID] = [:]
  private var failed: [Attempt: WorkerID] = [:]
  /// For each worker, the coordinator's time awake when its last message was handled. Between two
  /// stimuli at most one heartbeat counts, because the coordinator may have been frozen.
  private var heard: [WorkerID: Duration] = [:]
  private var awake = Duration.zero
  private var lastStimulus = Instant.origin
  /// The attempts that were given back, or that their worker did not hold when it joined.
  private var disowned: Set<Attempt> = []
  /// The attempts that workers have claimed since the coordinator started.
  private var claimed: Set<Attempt> = []
  private var gone: Set<WorkerID> = []
  private var unreachable: Set<WorkerID> = []
  private var dead: Set<WorkerID> = []
  /// The time by which the coordinator's clock may be ahead because it jumped.
  private var leap = Duration.zero
  private let settings: CoordinatorSettings

  init(_ settings: CoordinatorSettings) { self.settings = settings }

  // MARK: observations

  mutating func noteReport(_ message: WorkerMessage, of worker: WorkerID) {
    switch message {
    case .finished(let attempt, _): finished[attempt] = worker
    case .failed(let attempt, _): failed[attempt] = worker
    default: break
    }
  }

  mutating func coordinatorStarts(at now: Instant) {
    lastStimulus = now
    awake = .zero
    leap = .zero
    heard = [:]
    claimed = []
    unreachable = []
    dead = []
  }

  /// Notes a jump of the coordinator's clock, which counts as at most one heartbeat.
  mutating func coordinatorsClockJumps() { leap += settings.terms.heartbeat }

  /// Notes that the coordinator handles this stimulus. `open` lists the attempts that the sender
  /// holds according to the journal.
  mutating func note(_ stimulus: CoordinatorStimulus, at now: Instant, open: [Attempt]) {
    awake += min(now - lastStimulus, settings.terms.heartbeat)
    lastStimulus = now
    switch stimulus {
    case .unreachable(let worker): unreachable.insert(worker)
    case .died(let worker, _): dead.insert(worker)
    case .received(let message, let worker):
      heard[worker] = awake
      unreachable.remove(worker)
      note(message, from: worker, open: open)
    case .submitted, .tick, .interrupted, .requested: break
    }
  }

  private mutating func note(
    _ message: WorkerMessage, from worker: WorkerID, open: [Attempt]
  ) {
    switch message {
    case .join(_, let holding):
      let held = Set(holding.map(\.attempt))
      claimed.formUnion(held)
      disowned.subtract(held)
      for attempt in open where !held.contains(attempt) { disowned.insert(attempt) }
    case .released(let attempt): disowned.insert(attempt)
    case .leave: gone.insert(worker)
    default: break
    }
  }

  // MARK: judgement

  /// Returns true if the event has a cause. The events of user requests and imports have none,
  /// since a simulated run contains no such requests.
  func justifies(_ fact: JournalEvent) -> Bool {
    switch fact {
    case .completed(let attempt, let worker, _): finished[attempt] == worker
    case .failed(let attempt, let worker, _): failed[attempt] == worker
    case .lost(_, let worker, let reason): isLost(worker, reason: reason)
    case .released(let attempt, let worker): isReleased(attempt, by: worker)
    case .audited(let attempt, let worker, _, _): finished[attempt] == worker
    case .submitted, .leased, .checkpointed, .discarded, .auditLeased: true
    case .cancelled, .requeued, .imported: false
    }
  }

  /// Returns true if the worker may be declared lost for this reason: it was silent for a lease, or
  /// for the reconnection grace if it cannot be reached or has died.
  private func isLost(_ worker: WorkerID, reason: String) -> Bool {
    let isDead = dead.contains(worker)
    guard isDead || reason != SimulatedWorker.deathReason else { return false }
    let timeout =
      isDead || unreachable.contains(worker) ? settings.reconnectGrace : settings.terms.lease
    return awake - (heard[worker] ?? .zero) >= fastest(timeout)
  }

  /// Returns true if the attempt may be released: its worker gave it back, never received it, or
  /// was not heard to hold it since a restart.
  private func isReleased(_ attempt: Attempt, by worker: WorkerID) -> Bool {
    disowned.contains(attempt) || gone.contains(worker)
      || !claimed.contains(attempt) && awake >= fastest(settings.terms.lease)
  }

  /// Returns the shortest true time in which the coordinator's clock may show this duration, with
  /// its rate and its jumps.
  private func fastest(_ duration: Duration) -> Duration { duration * 0.97 - leap }
}
