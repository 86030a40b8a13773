import HeapModule
import Jobs

/// The coordinator as a pure state machine, which takes a stimulus and returns directives.
///
/// It does no input or output and reads no clock, so every failure that a network can produce can
/// be reproduced in a unit test. The article <doc:Protocol> describes the protocol.
///
/// Its durable state is the fold of the recorded events. Sessions and progress are forgotten in a
/// restart and are restored when the workers join again. If a stimulus causes events, the first of
/// its directives is the only `record`, so no message is sent before its events are on disk.
///
/// Deadlines count only the time in which the coordinator was awake: between two stimuli at most
/// one heartbeat is counted. A coordinator that was suspended for a minute has received nothing in
/// that minute, and must not declare its workers lost.
public struct CoordinatorState: Sendable {
  /// The settings, which do not change.
  public let settings: CoordinatorSettings

  /// The jobs and what became of them, according to the journal.
  public internal(set) var ledger = JobLedger()
  var sessions: [WorkerID: Session] = [:]
  var joined = 0
  var free = FreeWorkers()
  /// The numbers of GPUs for which the user was notified that no worker has that many.
  var reportedShortages: Set<Int> = []
  var deadlines = Heap<Deadline>()
  /// The attempts that were open when an earlier coordinator ended, by their workers, until the
  /// workers join again.
  var detached: [WorkerID: Set<Attempt>] = [:]
  var detachedUntil: Instant?
  /// The finished jobs that are computed once more.
  var audits: AuditQueue
  /// The results of superseded attempts at jobs that are not done yet.
  var lateResults: [JobID: [Attempt: (worker: WorkerID, result: JobResult)]] = [:]
  /// The hosts of all workers that have ever joined.
  var hosts: [WorkerID: String] = [:]
  var phase = CoordinatorPhase.working
  var isSubmitted = false
  /// True if some job requires portable numerics.
  var needsPortableNumbers = false
  var outbox = DirectiveCollector()
  /// The time awake since the first stimulus.
  var now = Instant.origin
  private var lastStimulus: Instant?

  /// Creates a coordinator without jobs.
  public init(settings: CoordinatorSettings) {
    self.settings = settings
    audits = AuditQueue(share: settings.auditShare, salt: settings.auditSalt)
  }

  /// Creates a coordinator that continues, after a restart, from the events of an earlier one.
  ///
  /// Submit the experiment's jobs before anything else: jobs that are only in the ledger are
  /// remembered but not leased. Open attempts wait for `settings.reattachGrace` for their workers
  /// to join again.
  public init(resuming ledger: JobLedger, settings: CoordinatorSettings) {
    self.init(settings: settings)
    self.ledger = ledger
    for job in ledger.jobs {
      guard let attempt = job.openAttempt, let worker = job.holder else { continue }
      detached[worker, default: []].insert(attempt)
    }
  }

  /// Reacts to `stimulus` and returns the directives in the order in which they must be carried
  /// out.
  ///
  /// A jump of the clock forwards counts as one heartbeat at most, and a jump back counts as no
  /// time.
  public mutating func apply(
    _ stimulus: CoordinatorStimulus, at now: Instant
  ) -> [CoordinatorDirective] {
    guard phase != .concluded else { return [] }
    wake(at: now)
    switch stimulus {
    case .submitted(let jobs, let isFinal): submit(jobs, isFinal: isFinal)
    case .received(let message, let worker): receive(message, from: worker)
    case .unreachable(let worker): suspect(worker)
    case .died(let worker, let reason): noteDeath(of: worker, reason: reason)
    case .tick: expire()
    case .interrupted: interrupt()
    case .requested(let request): serve(request)
    }
    leaseReadyJobs()
    leaseAudits()
    concludeIfDone()
    return outbox.drain()
  }

  private mutating func wake(at instant: Instant) {
    if let lastStimulus {
      now += min(max(instant - lastStimulus, .zero), settings.terms.heartbeat)
    }
    lastStimulus = instant
    if detachedUntil == nil {
      detachedUntil = now + (settings.reattachGrace ?? settings.terms.lease)
    }
  }

  private mutating func receive(_ message: WorkerMessage, from worker: WorkerID) {
    if case .join(let description, let holding) = message {
      return join(worker, describedBy: description, holding: holding)
    }
    guard sessions[worker] != nil else {
      // A worker that leaves needs no answer. Any other worker must join first and list the
      // attempts that it holds.
      if message != .leave { send(.rejoin, to: worker) }
      return
    }
    hear(worker)
    switch message {
    case .join: break
    case .heartbeat: if sessions[worker]?.isDismissed == true { send(.dismiss, to: worker) }
    case .started(let attempt): _ = admit(attempt, from: worker, otherwise: .revoke(attempt))
    case .progress(let attempt, let progress): report(progress, of: attempt, from: worker)
    case .checkpoint(let attempt, let checkpoint): keep(checkpoint, of: attempt, from: worker)
    case .finished(let attempt, let result): finish(attempt, with: result, by: worker)
    case .failed(let attempt, let failure): fail(attempt, because: failure, by: worker)
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
      if ledger.index(of: job.id) == nil { commit(.submitted(job)) }
      ledger.request(job.id)
    }
    for job in jobs where ledger.status(of: job.id)?.state == .waiting { discardIfBlocked(job) }
    for job in jobs { considerAudit(of: job.id) }
  }

  /// Discards a job if a job on which it depends will never be done.
  mutating func discardIfBlocked(_ job: PlannedJob) {
    for id in job.dependencies {
      switch ledger.status(of: id)?.state {
      case .discarded: discard(job.id, reason: Self.dependencyReason)
      case nil, .notRequested:
        discard(job.id, reason: "the training \(id.short) is not part of the experiment")
      case .waiting, .ready, .running, .done: break
      }
    }
  }

  static let dependencyReason = "its training was discarded"

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

  /// Dismisses the workers that hold no attempt.
  private mutating func dismissIdle() {
    let idle = sessions.filter { $0.value.leases.isEmpty && !$0.value.isDismissed }
    for (worker, _) in idle.sorted(by: { $0.value.number < $1.value.number }) { dismiss(worker) }
  }

  mutating func dismiss(_ worker: WorkerID) {
    sessions[worker]?.isDismissed = true
    send(.dismiss, to: worker)
  }

  // MARK: recording and sending

  /// Applies an event to the ledger and adds it to the events to be recorded.
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
