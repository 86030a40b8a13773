import Jobs
import Scheduling

/// What workers really said and what of it has reached the coordinator: the only good reasons for
/// which it may close an attempt.
struct Testimony {
  private var finished: [Attempt: WorkerID] = [:]
  private var failed: [Attempt: WorkerID] = [:]
  /// When each worker was last heard, by the coordinator's time awake: of the time between two
  /// stimuli, in which it may have been frozen, at most a heartbeat counts.
  private var heard: [WorkerID: Duration] = [:]
  private var awake = Duration.zero
  private var lastStimulus = Instant.origin
  /// Attempts that their workers gave back or did not have when they joined.
  private var disowned: Set<Attempt> = []
  /// Attempts that their workers were heard to hold since the coordinator started.
  private var claimed: Set<Attempt> = []
  private var gone: Set<WorkerID> = []
  private var unreachable: Set<WorkerID> = []
  /// How much the coordinator's clock may be ahead because it jumped.
  private var leap = Duration.zero
  private let settings: CoordinatorSettings

  init(_ settings: CoordinatorSettings) { self.settings = settings }

  // MARK: what happened

  mutating func says(_ message: WorkerMessage, _ worker: WorkerID) {
    switch message {
    case .finished(let attempt, _): finished[attempt] = worker
    case .failed(let attempt, _): failed[attempt] = worker
    default: break
    }
  }

  mutating func coordinatorStarts(at now: Instant) {
    (lastStimulus, awake, leap) = (now, .zero, .zero)
    (heard, claimed, unreachable) = ([:], [], [])
  }

  /// The coordinator's clock jumps: as if at most one heartbeat had passed.
  mutating func coordinatorsClockJumps() { leap += settings.terms.heartbeat }

  /// The coordinator deals with this now, while by the journal these attempts are in the hands of
  /// the worker who speaks.
  mutating func hears(_ stimulus: CoordinatorStimulus, at now: Instant, open: [Attempt]) {
    awake += min(now - lastStimulus, settings.terms.heartbeat)
    lastStimulus = now
    switch stimulus {
    case .unreachable(let worker): unreachable.insert(worker)
    case .received(let message, let worker):
      heard[worker] = awake
      unreachable.remove(worker)
      hears(message, worker, open)
    case .submitted, .tick, .interrupted, .requested: break
    }
  }

  private mutating func hears(
    _ message: WorkerMessage, _ worker: WorkerID, _ open: [Attempt]
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

  // MARK: what it justifies

  /// Whether there is a cause for this fact, if it is an attempt's end.
  func justifies(_ fact: JournalEvent) -> Bool {
    switch fact {
    case .completed(let attempt, let worker, _): finished[attempt] == worker
    case .failed(let attempt, let worker, _): failed[attempt] == worker
    case .lost(_, let worker, _): isLost(worker)
    case .released(let attempt, let worker): isReleased(attempt, worker)
    case .audited(let attempt, let worker, _, _): finished[attempt] == worker
    case .submitted, .leased, .checkpointed, .discarded, .auditLeased: true
    case .cancelled, .requeued, .imported: false
    }
  }

  /// Whether the worker may be taken for dead: silent for a lease, or for less if it cannot be
  /// reached.
  private func isLost(_ worker: WorkerID) -> Bool {
    let patience = unreachable.contains(worker) ? settings.reconnectGrace : settings.terms.lease
    return awake - (heard[worker] ?? .zero) >= fastest(patience)
  }

  /// Whether the attempt may be taken back from its worker: it gave it back, has not got it, or has
  /// not been heard of it since a restart.
  private func isReleased(_ attempt: Attempt, _ worker: WorkerID) -> Bool {
    disowned.contains(attempt) || gone.contains(worker)
      || !claimed.contains(attempt) && awake >= fastest(settings.terms.lease)
  }

  /// So many seconds by the fastest clock.
  private func fastest(_ duration: Duration) -> Duration { duration * 0.97 - leap }
}
