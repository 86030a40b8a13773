import Blobs
import Experiments
import Foundation
import Logging
import Messaging
import Scheduling
import Store
import Wire

/// One batch of events after another: decide, record, then act.
struct CoordinatorLoop {
  private(set) var state: CoordinatorState
  private(set) var isConcluded = false
  private let folder: StateFolder
  private let journal: any Journal
  private let messenger: Messenger
  private let display: any ProgressDisplay
  private let logger: Logger
  private let date: @Sendable () -> Date
  private var blobServer: BlobServer
  private var checkpoints: [JobID: Digest]
  private var refusedPeers: Set<String> = []
  private var wasInterrupted = false

  init(
    state: CoordinatorState, folder: StateFolder, journal: any Journal, messenger: Messenger,
    display: any ProgressDisplay, logger: Logger, date: @escaping @Sendable () -> Date
  ) {
    (self.state, self.folder, self.journal) = (state, folder, journal)
    (self.messenger, self.display, self.logger, self.date) = (messenger, display, logger, date)
    blobServer = BlobServer(folder.blobs)
    checkpoints = Dictionary(
      uniqueKeysWithValues: state.jobs.compactMap { job in
        job.checkpoint.map { (job.planned.id, $0.blob.digest) }
      })
  }

  /// How it ended, once it is concluded.
  var outcome: CoordinatorOutcome {
    wasInterrupted && state.counts.unsettled > 0
      ? .interrupted : .finished(setAside: state.counts.setAside)
  }

  mutating func submit(_ jobs: [PlannedJob], at now: Double) throws {
    try carryOut(state.apply(.submitted(jobs), at: now))
    display.update(state, at: now)
  }

  mutating func handle(_ events: [CoordinatorEvent], at now: Double) throws {
    var directives: [CoordinatorDirective] = []
    for event in events {
      guard let stimulus = try stimulus(for: event) else { continue }
      directives += state.apply(stimulus, at: now)
    }
    try carryOut(directives)
    display.update(state, at: now)
  }

  private mutating func stimulus(for event: CoordinatorEvent) throws -> CoordinatorStimulus? {
    switch event {
    case .tick: return .tick
    case .interrupted:
      wasInterrupted = true
      return .interrupted
    case .inbound(.undeliverable(let peer, let channel)):
      blobServer.forget(peer)
      return channel == .control ? .unreachable(WorkerID(peer)) : nil
    case .inbound(.message(let envelope)):
      return try received(envelope)
    }
  }

  private mutating func received(_ envelope: Envelope) throws -> CoordinatorStimulus? {
    do {
      switch envelope.channel {
      case .control:
        let message = try Wire.decodeWorkerMessage(envelope.payload)
        return .received(message, from: WorkerID(envelope.peer))
      case .bulk:
        let message = try Wire.decodeBlobMessage(envelope.payload)
        for answer in try blobServer.received(message, from: envelope.peer) {
          messenger.send(
            Envelope(peer: envelope.peer, channel: .bulk, payload: Wire.encode(answer)))
        }
        return nil
      }
    } catch let error as WireError {
      refuse(envelope.peer, error)
      return nil
    }
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

  /// All facts of the batch first, in one commit; then everything else, in order.
  private mutating func carryOut(_ directives: [CoordinatorDirective]) throws {
    let facts = directives.flatMap { directive -> [JournalEvent] in
      if case .record(let events) = directive { events } else { [] }
    }
    if !facts.isEmpty { try journal.append(facts, at: date()) }
    for fact in facts { forgetOldCheckpoint(fact) }
    for directive in directives {
      switch directive {
      case .record: break
      case .send(let message, let worker):
        messenger.send(
          Envelope(peer: worker.name, channel: .control, payload: Wire.encode(message)))
      case .announce(let news): display.announce(news, state)
      case .conclude: isConcluded = true
      }
    }
  }

  /// Only the newest checkpoint of an open job can be wanted again; the others only fill the disk.
  private mutating func forgetOldCheckpoint(_ fact: JournalEvent) {
    switch fact {
    case .checkpointed(let attempt, let checkpoint):
      let old = checkpoints.updateValue(checkpoint.blob.digest, forKey: attempt.job)
      if let old, old != checkpoint.blob.digest { folder.blobs.remove(old) }
    case .completed(let attempt, _, _):
      if let old = checkpoints.removeValue(forKey: attempt.job) { folder.blobs.remove(old) }
    default: break
    }
  }
}
