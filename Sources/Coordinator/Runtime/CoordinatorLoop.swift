import Blobs
import Errors
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Wire

/// Handles batches of events. For each batch it decides with `CoordinatorState`, records the events
/// of the decisions, and then carries out the other directives.
struct CoordinatorLoop {
  private(set) var state: CoordinatorState
  private(set) var isConcluded = false
  /// Every job that was submitted.
  private var plan: Plan
  /// True if more jobs will follow when a sweep has chosen its settings.
  private var awaitsSelection = false
  private let journal: any EventJournal
  private let messenger: Messenger
  private let display: any ProgressDisplay
  private let logger: Logger
  private let date: @Sendable () -> Date
  private let countLosses: @Sendable (Int) -> Void
  private let blobs: BlobFolder
  private var retention: CheckpointRetention
  private var validation: MessageValidation
  private var penalties = PeerPenalties()
  private var now = Instant.origin
  private var refusedPeers: Set<String> = []
  private var wasInterrupted = false

  init(
    state: CoordinatorState, plan: Plan, directory: RunDirectory, journal: any EventJournal,
    messenger: Messenger, display: any ProgressDisplay, logger: Logger,
    date: @escaping @Sendable () -> Date, countLosses: @escaping @Sendable (Int) -> Void
  ) {
    self.state = state
    self.plan = Plan(name: plan.name, jobs: [], scorings: plan.scorings)
    self.journal = journal
    self.messenger = messenger
    self.display = display
    self.logger = logger
    self.date = date
    self.countLosses = countLosses
    blobs = directory.blobs
    retention = CheckpointRetention(state.ledger)
    validation = MessageValidation(in: directory.blobs)
  }

  /// The way in which the coordinator ended. It is valid when `isConcluded` is true.
  var outcome: CoordinatorOutcome {
    wasInterrupted && (state.counts.unsettled > 0 || state.openAudits > 0)
      ? .interrupted
      : .finished(
        discarded: state.counts.discarded, contested: state.jobs.count(where: \.isContested))
  }

  /// True if every submitted job is done or discarded.
  var isSettled: Bool { state.counts.unsettled == 0 }

  /// Submits jobs.
  ///
  /// - Parameter isFinal: false if more jobs will follow.
  mutating func submit(_ jobs: [PlannedJob], isFinal: Bool, at now: Instant) throws {
    self.now = now
    plan.jobs += jobs
    awaitsSelection = !isFinal
    try carryOut(state.apply(.submitted(jobs, isFinal: isFinal), at: now))
    display.update(state, at: now)
  }

  /// The largest size, in bytes, of the messages that are decoded at once. The others wait in their
  /// encoded form, because many small messages need many times their size in memory when they are
  /// decoded.
  private static let maximumChunk = 1 << 20

  /// Handles events and returns the number of stimuli that they contained.
  mutating func handle(_ events: [CoordinatorEvent], at now: Instant) throws -> Int {
    self.now = now
    let count = try events.chunks(ofBytes: Self.maximumChunk).reduce(0) {
      try $0 + handleChunk($1)
    }
    display.update(state, at: now)
    return count
  }

  private mutating func handleChunk(_ events: [CoordinatorEvent]) throws -> Int {
    var stimuli: [CoordinatorStimulus] = []
    var callers: [PendingReply] = []
    for event in events {
      stimuli += try self.stimuli(of: event)
      if case .called(.request, let caller) = event { callers.append(caller) }
    }
    var directives: [CoordinatorDirective] = []
    var decisions: [[CoordinatorDirective]] = []
    for stimulus in stimuli.ticksLast {
      let decided = state.apply(stimulus, at: now)
      directives += decided
      if stimulus.isRequest { decisions.append(decided) }
    }
    try carryOut(directives)
    // Callers are answered here because the decisions are on disk now. `callers` and `decisions`
    // have the same order.
    for (caller, decided) in zip(callers, decisions) {
      caller.fulfil(ControlReply(answer: ControlAnswer(to: decided, in: state)))
    }
    for case .inbound(let batch) in events { messenger.markRead(batch) }
    return stimuli.count
  }

  // MARK: events to stimuli

  private mutating func stimuli(of event: CoordinatorEvent) throws -> [CoordinatorStimulus] {
    switch event {
    case .workerDied(let name, let reason):
      // A worker adds its process number and a random number to its name.
      return state.workers.filter { $0.id.name.hasPrefix("\(name)-") }
        .map { .died($0.id, reason: reason) }
    case .tick: return [.tick]
    case .interrupted:
      wasInterrupted = true
      return [.interrupted]
    case .called(.status, let caller):
      caller.fulfil(ControlReply(snapshot: snapshot))
      return []
    case .called(.request(let request), _):
      if request == .close { wasInterrupted = true }
      return [.requested(request)]
    case .inbound(let batch):
      return try batch.inbound.flatMap { try stimuli(of: $0) }
    case .blobs(.malformed(let peer, let error)):
      reject(error, from: peer)
      return []
    case .blobs(.falseBlob(let peer, let reason)):
      penalise(peer, for: .falseBlob, reason: reason)
      return []
    case .blobs(.failed(let error)): throw error
    }
  }

  private var snapshot: RunSnapshot {
    RunSnapshot(of: state, plan: plan, awaitsSelection: awaitsSelection)
  }

  private mutating func stimuli(of inbound: Inbound) throws -> [CoordinatorStimulus] {
    switch inbound {
    case .undeliverable(let peer, let channel):
      return channel == .control ? [.unreachable(WorkerID(peer))] : []
    case .message(let envelope): return try stimuli(of: envelope)
    case .cutOff(let peer, let reason):
      logger.warning("worker \(peer) was disconnected: \(reason)")
      return [.unreachable(WorkerID(peer))]
    case .refused(let reason):
      logger.warning("refused: \(reason)")
      return []
    }
  }

  private mutating func stimuli(of envelope: Envelope) throws -> [CoordinatorStimulus] {
    do {
      let worker = WorkerID(envelope.peer)
      return try Wire.decodeWorkerMessages(envelope.payload).compactMap { message in
        try validated(message, from: envelope.peer).map { .received($0, from: worker) }
      }
    } catch let error as DipperError where error.domain == .wire {
      reject(error, from: envelope.peer)
      return []
    }
  }

  // MARK: impossible messages

  /// Validates a worker's message, and returns the message to act on or nil if it is dropped.
  private mutating func validated(
    _ message: WorkerMessage, from peer: String
  ) throws -> WorkerMessage? {
    let validated = try validation.validate(message, from: peer, in: state)
    if let offence = validated.offence {
      penalise(peer, for: offence.kind, reason: offence.reason)
    }
    return validated.message
  }

  private mutating func reject(_ error: DipperError, from peer: String) {
    logFirst(error, from: peer)
    penalise(peer, for: .malformed, reason: error.message)
  }

  private mutating func penalise(
    _ peer: String, for offence: PeerPenalties.Offence, reason: String
  ) {
    guard !penalties.record(offence, from: peer, at: now) else { return }
    messenger.cutOff(peer, reason: "too many impossible messages, the last: \(reason)")
  }

  /// Logs the first malformed message of each peer. Further ones are only penalised.
  private mutating func logFirst(_ error: DipperError, from peer: String) {
    guard refusedPeers.count < 10_000, refusedPeers.insert(peer).inserted else { return }
    logger.warning("refused a message", metadata: ["peer": "\(peer)", "reason": "\(error)"])
    if error.code == .protocolVersionUnknown {
      let answer = CoordinatorMessage.refused(error.message)
      messenger.send(Envelope(peer: peer, channel: .control, payload: Wire.encode(answer)))
    }
  }

  // MARK: directives

  /// Carries out directives. All events of the batch are recorded first, in one commit. The other
  /// directives follow in their order, and the messages to each worker are sent together at the
  /// end.
  private mutating func carryOut(_ directives: [CoordinatorDirective]) throws {
    let facts = directives.flatMap { directive -> [JournalEvent] in
      if case .record(let events) = directive { events } else { [] }
    }
    if !facts.isEmpty { try journal.append(facts, at: date()) }
    countLosses(facts.count { if case .lost = $0 { true } else { false } })
    for blob in retention.obsolete(after: facts, in: state.ledger) { blobs.remove(blob) }
    var messages: [WorkerID: [CoordinatorMessage]] = [:]
    for directive in directives {
      switch directive {
      case .record: break
      case .removeUnreferenced(let blob):
        if !retention.isWanted(blob.digest) { blobs.remove(blob.digest) }
      case .send(let message, let worker): messages[worker, default: []].append(message)
      case .notify(let notification): notify(notification)
      case .conclude: isConcluded = true
      }
    }
    send(messages)
  }

  private mutating func notify(_ notification: UserNotification) {
    if case .refused(let worker, let reason) = notification {
      penalise(worker.name, for: .malformed, reason: reason)
    }
    display.notify(notification, in: state)
  }

  private func send(_ messages: [WorkerID: [CoordinatorMessage]]) {
    for (worker, some) in messages {
      for payload in Wire.encode(some) {
        messenger.send(Envelope(peer: worker.name, channel: .control, payload: payload))
      }
    }
  }
}
