import Jobs

/// The coordinator's decisions: stimuli in, directives out. No I/O, no clock.
///
/// Its memory is the fold of the facts that it had recorded; sessions and progress are forgotten in
/// a restart and come back when the workers join again. Every answer's directives begin with one
/// `record`, so nothing is said before it is on disk.
///
/// Deadlines count the time in which the coordinator was awake: between two stimuli at most one
/// heartbeat passes. A coordinator that was stopped for a minute has not listened for that minute
/// and must not take its workers for dead.
public struct CoordinatorState: Sendable {
  /// How patient it is.
  public let settings: CoordinatorSettings

  /// The jobs as the journal tells them.
  public internal(set) var ledger = JobLedger()
  var sessions: [WorkerID: Session] = [:]
  var joined = 0
  var free = FreeWorkers()
  /// The needs of GPUs of which the user knows that nobody meets them.
  var reportedShortages: Set<Int> = []
  var deadlines = Heap<Deadline>()
  /// Attempts that were under way when an earlier coordinator ended, by their workers.
  var orphans: [WorkerID: Set<Attempt>] = [:]
  var orphansUntil: Instant?
  /// Finished jobs that are computed once more.
  var audits: AuditQueue
  /// What attempts have left that no longer count, of jobs that are not done.
  var lateResults: [JobID: [Attempt: (worker: WorkerID, result: JobResult)]] = [:]
  /// Where the workers run that have joined.
  var hosts: [WorkerID: String] = [:]
  var phase = CoordinatorPhase.working
  var isSubmitted = false
  /// Whether some job's bits must not depend on the processor.
  var needsPortableNumbers = false
  var outbox = Outbox()
  /// Time awake.
  var now = Instant.origin
  private var lastStimulus: Instant?

  /// A coordinator of nothing.
  public init(settings: CoordinatorSettings) {
    self.settings = settings
    audits = AuditQueue(share: settings.auditShare, salt: settings.auditSalt)
  }

  /// A coordinator that continues, after a restart, from what an earlier one has recorded.
  ///
  /// Submit the experiment's jobs before anything else: jobs that only the ledger knows are
  /// remembered but not handed out. Attempts under way wait for their workers for
  /// `settings.reattachGrace`.
  public init(resuming ledger: JobLedger, settings: CoordinatorSettings) {
    self.init(settings: settings)
    self.ledger = ledger
    for job in ledger.jobs {
      guard let attempt = job.openAttempt, let worker = job.holder else { continue }
      orphans[worker, default: []].insert(attempt)
    }
  }

  /// What to do about `stimulus`, in this order. A clock that jumps, forwards or back, passes for one
  /// that stood still or went on for a heartbeat.
  public mutating func apply(
    _ stimulus: CoordinatorStimulus, at now: Instant
  ) -> [CoordinatorDirective] {
    guard phase != .concluded else { return [] }
    wake(at: now)
    switch stimulus {
    case .submitted(let jobs, let isFinal): submit(jobs, isFinal: isFinal)
    case .received(let message, let worker): receive(message, from: worker)
    case .unreachable(let worker): suspect(worker)
    case .tick: expire()
    case .interrupted: interrupt()
    case .requested(let request): serve(request)
    }
    handOut()
    handOutAudits()
    concludeIfDone()
    return outbox.drain()
  }

  private mutating func wake(at instant: Instant) {
    if let lastStimulus {
      now += min(max(instant - lastStimulus, .zero), settings.terms.heartbeat)
    }
    lastStimulus = instant
    if orphansUntil == nil {
      orphansUntil = now + (settings.reattachGrace ?? settings.terms.lease)
    }
  }

  private mutating func receive(_ message: WorkerMessage, from worker: WorkerID) {
    if case .join(let description, let holding) = message {
      return join(worker, description, holding: holding)
    }
    guard sessions[worker] != nil else {
      // Whoever leaves needs no answer; anyone else must say first what it holds.
      if message != .leave { send(.rejoin, to: worker) }
      return
    }
    hear(worker)
    switch message {
    case .join: break
    case .heartbeat: if sessions[worker]?.isDismissed == true { send(.dismiss, to: worker) }
    case .started(let attempt): _ = admit(attempt, from: worker, otherwise: .revoke(attempt))
    case .progress(let attempt, let progress): report(attempt, progress, from: worker)
    case .checkpoint(let attempt, let checkpoint): keep(checkpoint, of: attempt, from: worker)
    case .finished(let attempt, let result): finish(attempt, result, by: worker)
    case .failed(let attempt, let failure): fail(attempt, failure, by: worker)
    case .released(let attempt): release(attempt, by: worker)
    case .leave: leave(worker)
    }
  }

  // MARK: the experiment

  private mutating func submit(_ jobs: [PlannedJob], isFinal: Bool) {
    isSubmitted = isFinal
    if case .finishing = phase { phase = .working }
    if jobs.contains(where: { $0.job.numerics.mode == .portable }) { needsPortableNumbers = true }
    ledger.expect(jobs.count)
    for job in jobs {
      if ledger.place(of: job.id) == nil { commit(.submitted(job)) }
      ledger.ask(for: job.id)
    }
    for job in jobs where ledger.status(of: job.id)?.state == .waiting { discardIfBlocked(job) }
    for job in jobs { considerAudit(of: job.id) }
  }

  /// Sets aside a job whose dependency will never be done.
  mutating func discardIfBlocked(_ job: PlannedJob) {
    for id in job.dependencies {
      switch ledger.status(of: id)?.state {
      case .discarded: discard(job.id, reason: Self.orphanReason)
      case nil, .notRequested:
        discard(job.id, reason: "the training \(id.short) is not part of the experiment")
      case .waiting, .ready, .running, .done: break
      }
    }
  }

  static let orphanReason = "its training was discarded"

  // MARK: the end

  private mutating func interrupt() {
    if case .interrupted = phase {
      conclude()
    } else {
      phase = .interrupted(until: now + settings.shutdownGrace)
      dismissAll()
    }
  }

  private mutating func concludeIfDone() {
    if phase == .working, isSubmitted, ledger.counts.unsettled == 0, !hasAuditsLeft {
      closeAudits()
      phase = .finishing(until: now + settings.shutdownGrace)
      dismissAll()
    }
    switch phase {
    case .working, .concluded: break
    case .draining:
      dismissIdle()
      if sessions.isEmpty { conclude() }
    case .finishing(let end), .interrupted(let end):
      if sessions.isEmpty || now >= end { conclude() }
    }
  }

  private mutating func conclude() {
    guard phase != .concluded else { return }
    if openAudits > 0 { notify(.auditsUnfinished(openAudits)) }
    phase = .concluded
    outbox.messages.append(.conclude)
  }

  private mutating func dismissAll() {
    for (worker, _) in sessions.sorted(by: { $0.value.number < $1.value.number }) {
      dismiss(worker)
    }
  }

  /// Whoever has nothing in hands is not needed any more.
  private mutating func dismissIdle() {
    let idle = sessions.filter { $0.value.leases.isEmpty && !$0.value.isDismissed }
    for (worker, _) in idle.sorted(by: { $0.value.number < $1.value.number }) { dismiss(worker) }
  }

  mutating func dismiss(_ worker: WorkerID) {
    sessions[worker]?.isDismissed = true
    send(.dismiss, to: worker)
  }

  // MARK: what a decision leaves

  /// Takes a fact in and has it recorded.
  mutating func commit(_ event: JournalEvent) {
    ledger.fold(event)
    outbox.events.append(event)
  }

  mutating func send(_ message: CoordinatorMessage, to worker: WorkerID) {
    outbox.messages.append(.send(message, to: worker))
  }

  mutating func notify(_ notification: UserNotification) {
    outbox.messages.append(.notify(notification))
  }
}
