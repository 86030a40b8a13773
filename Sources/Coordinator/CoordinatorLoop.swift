import Blobs
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Scheduling
import Wire

/// One batch of events after another: decide, record, then act.
struct CoordinatorLoop {
  private(set) var state: CoordinatorState
  private(set) var isConcluded = false
  private let folder: StateFolder
  private let journal: any EventJournal
  private let messenger: Messenger
  private let display: any ProgressDisplay
  private let logger: Logger
  private let date: @Sendable () -> Date
  private var retention: CheckpointRetention
  private var inspection: ResultInspection
  private var conduct = Conduct()
  private var now = 0.0
  private var refusedPeers: Set<String> = []
  private var wasInterrupted = false

  init(
    state: CoordinatorState, folder: StateFolder, journal: any EventJournal, messenger: Messenger,
    display: any ProgressDisplay, logger: Logger, date: @escaping @Sendable () -> Date
  ) {
    (self.state, self.folder, self.journal) = (state, folder, journal)
    (self.messenger, self.display, self.logger, self.date) = (messenger, display, logger, date)
    retention = CheckpointRetention(state.ledger)
    inspection = ResultInspection(in: folder.blobs)
  }

  /// How it ended, once it is concluded.
  var outcome: CoordinatorOutcome {
    wasInterrupted && (state.counts.unsettled > 0 || state.openAudits > 0)
      ? .interrupted
      : .finished(
        discarded: state.counts.discarded, contested: state.jobs.count(where: \.isContested))
  }

  /// Nothing that was submitted is still to be done.
  var isSettled: Bool { state.counts.unsettled == 0 }

  /// - Parameter isFinal: whether no more jobs will follow.
  mutating func submit(_ jobs: [PlannedJob], isFinal: Bool, at now: Double) throws {
    self.now = now
    try carryOut(state.apply(.submitted(jobs, isFinal: isFinal), at: now))
    display.update(state, at: now)
  }

  /// What waits is kept as it came, and decoded when its turn comes: a flood of small words would take
  /// many times the memory.
  ///
  /// - Returns: how many things had happened.
  mutating func handle(_ events: [CoordinatorEvent], at now: Double) throws -> Int {
    self.now = now
    let happened = try events.portions(ofBytes: Self.portion).reduce(0) { try $0 + handle($1) }
    display.update(state, at: now)
    return happened
  }

  /// Bytes of messages that are dealt with at once.
  private static let portion = 1 << 20

  private mutating func handle(_ events: [CoordinatorEvent]) throws -> Int {
    var (stimuli, waiting): ([CoordinatorStimulus], [PendingAnswer]) = ([], [])
    for event in events {
      stimuli += try self.stimuli(of: event)
      if case .called(.request, let pending) = event { waiting.append(pending) }
    }
    var (directives, decisions): ([CoordinatorDirective], [[CoordinatorDirective]]) = ([], [])
    for stimulus in stimuli.ticksLast {
      let decided = state.apply(stimulus, at: now)
      directives += decided
      if stimulus.isRequest { decisions.append(decided) }
    }
    try carryOut(directives)
    // Only now is it on disk. Requests keep their order.
    for (pending, decided) in zip(waiting, decisions) {
      pending.fulfil(ControlAnswer(decided, state))
    }
    for case .inbound(let delivery) in events { messenger.hasRead(delivery) }
    return stimuli.count
  }

  private mutating func stimuli(of event: CoordinatorEvent) throws -> [CoordinatorStimulus] {
    switch event {
    case .tick: return [.tick]
    case .interrupted:
      wasInterrupted = true
      return [.interrupted]
    case .called(.status, let pending):
      pending.fulfil(ControlAnswer(lines: state.statusLines()))
      return []
    case .called(.request(let request), _):
      if request == .close { wasInterrupted = true }
      return [.requested(request)]
    case .inbound(let delivery):
      return try delivery.inbound.flatMap { try stimuli(of: $0) }
    case .blobs(.nonsense(let peer, let error)):
      blame(peer, error)
      return []
    case .blobs(.falseBlob(let peer, let reason)):
      charge(peer, with: .falseBlob, reason)
      return []
    case .blobs(.failed(let error)): throw error
    }
  }

  private mutating func stimuli(of inbound: Inbound) throws -> [CoordinatorStimulus] {
    switch inbound {
    case .undeliverable(let peer, let channel):
      return channel == .control ? [.unreachable(WorkerID(peer))] : []
    case .message(let envelope): return try received(envelope)
    case .cutOff(let peer, let reason):
      logger.warning("cut off worker \(peer): \(reason)")
      return [.unreachable(WorkerID(peer))]
    case .refused(let reason):
      logger.warning("refused: \(reason)")
      return []
    }
  }

  private mutating func received(_ envelope: Envelope) throws -> [CoordinatorStimulus] {
    do {
      let worker = WorkerID(envelope.peer)
      return try Wire.decodeWorkerMessages(envelope.payload).compactMap { message in
        try believed(message, from: envelope.peer).map { .received($0, from: worker) }
      }
    } catch let error as WireError {
      blame(envelope.peer, error)
      return []
    }
  }

  private mutating func blame(_ peer: String, _ error: WireError) {
    refuse(peer, error)
    charge(peer, with: .nonsense, error.message)
  }

  /// What is made of a message: blobs that a worker says it has stored must be here, and be what it
  /// says. Not those of an attempt that is over: its checkpoints are removed while its worker does not
  /// know yet.
  private mutating func believed(
    _ message: WorkerMessage, from peer: String
  ) throws -> WorkerMessage? {
    switch message {
    case .finished(let attempt, let result):
      guard let text = try fault(of: result, of: attempt) else { break }
      charge(peer, with: .falseResult, text)
      let failure = JobFailure(message: "worker \(peer): \(text)", isTransient: true)
      return .failed(attempt, failure)
    case .checkpoint(let attempt, let checkpoint)
    where state.status(of: attempt.job)?.openAttempt == attempt && !isHere(checkpoint.blob):
      charge(peer, with: .nonsense, "it has not stored checkpoint \(checkpoint.blob.digest.short)")
      return nil
    default: break
    }
    return message
  }

  /// What a worker says of its result and is not so. Only what would count is looked into.
  private mutating func fault(of result: JobResult, of attempt: Attempt) throws -> String? {
    if let lack = result.outputs.first(where: { !isHere($0.blob) }) {
      return "it says that it stored \(lack.blob.digest.short), which is not here"
    }
    guard let status = state.status(of: attempt.job), status.openAttempt == attempt else {
      return nil
    }
    return try inspection.fault(of: result, of: status.planned.job)
  }

  private func isHere(_ blob: BlobReference) -> Bool { folder.blobs.size(blob.digest) == blob.size }

  private mutating func charge(_ peer: String, with violation: Conduct.Violation, _ text: String) {
    guard !conduct.bears(violation, of: peer, at: now) else { return }
    messenger.cutOff(peer, reason: "too many messages that cannot be true, the last: \(text)")
  }

  /// Logs the first senseless message of each peer; the rest are as silent as they are harmless.
  private mutating func refuse(_ peer: String, _ error: WireError) {
    guard refusedPeers.count < 10_000, refusedPeers.insert(peer).inserted else { return }
    logger.warning("refused a message", metadata: ["peer": "\(peer)", "reason": "\(error)"])
    if error.code == .version {
      let answer = CoordinatorMessage.refused(error.message)
      messenger.send(Envelope(peer: peer, channel: .control, payload: Wire.encode(answer)))
    }
  }

  /// All facts of the batch first, in one commit; then everything else, in order, where all that is
  /// said to a worker is one message.
  private mutating func carryOut(_ directives: [CoordinatorDirective]) throws {
    let facts = directives.flatMap { directive -> [JournalEvent] in
      if case .record(let events) = directive { events } else { [] }
    }
    if !facts.isEmpty { try journal.append(facts, at: date()) }
    for blob in retention.obsolete(after: facts, in: state.ledger) { folder.blobs.remove(blob) }
    var words: [WorkerID: [CoordinatorMessage]] = [:]
    for directive in directives {
      switch directive {
      case .record: break
      case .removeUnreferenced(let blob):
        if !retention.isWanted(blob.digest) { folder.blobs.remove(blob.digest) }
      case .send(let message, let worker): words[worker, default: []].append(message)
      case .notify(let notification):
        if case .refused(let worker, let reason) = notification {
          charge(worker.name, with: .nonsense, reason)
        }
        display.notify(notification, in: state)
      case .conclude: isConcluded = true
      }
    }
    for (worker, messages) in words {
      for payload in Wire.encode(messages) {
        messenger.send(Envelope(peer: worker.name, channel: .control, payload: payload))
      }
    }
  }
}
