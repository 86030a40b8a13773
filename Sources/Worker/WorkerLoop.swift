import Blobs
import Errors
import Foundation
import Jobs
import Logging
import Messaging
import Scheduling
import Wire

/// The worker's main loop, which passes every input to `WorkerState` and carries out the directives
/// that it returns.
struct WorkerLoop {
  /// The exit status of the process, or nil while the worker continues.
  private(set) var status: Int32?
  var state: WorkerState
  var transfers: BlobClient
  var fetches = PendingFetches()
  /// The digests of checkpoints in the cache, by the attempt that wrote or read them.
  var checkpoints: [Attempt: Set<Digest>] = [:]
  /// The checkpoints of ended attempts that are still being sent to the coordinator.
  var orphanedCheckpoints: Set<Digest> = []
  var trimmer: CacheTrimmer
  let cache: BlobFolder
  let messenger: Messenger
  let chunks: ChunkSender
  let log: Logger
  private var labels: [Attempt: String] = [:]
  private var hasWarnedOfInvalidMessage = false
  /// The messages that are sent together when all waiting inputs have been processed.
  private var outgoing: [WorkerMessage] = []
  /// The leases that are started together when all waiting inputs have been processed.
  private var starting: [Lease] = []
  private let compute: ComputeThread
  private let clock: MonotonicClock

  init(
    state: WorkerState, cache: BlobFolder, cacheLimit: Int, messenger: Messenger,
    chunks: ChunkSender, compute: ComputeThread, clock: @escaping MonotonicClock, log: Logger
  ) {
    self.state = state
    self.cache = cache
    transfers = BlobClient(cache)
    trimmer = CacheTrimmer(cache, limit: cacheLimit)
    self.messenger = messenger
    self.chunks = chunks
    self.compute = compute
    self.clock = clock
    self.log = log
  }

  /// The current time in the form that the state machines use.
  var now: Instant { Instant(sinceOrigin: clock()) }

  /// Processes inputs until one of them ends the process, then starts attempts and sends messages.
  mutating func process(_ inputs: [WorkerInput]) {
    for input in inputs where status == nil { process(input) }
    startAttempts()
    for payload in Wire.encode(outgoing) {
      messenger.send(Envelope(channel: .control, payload: payload))
    }
    outgoing.removeAll(keepingCapacity: true)
  }

  private mutating func process(_ input: WorkerInput) {
    switch input {
    case .batch(let batch):
      for inbound in batch.inbound where status == nil { receive(inbound) }
      messenger.markRead(batch)
    case .stimulus(.tick):
      send(transfers.tick(at: .now))
      apply(.tick)
    case .stimulus(let stimulus): process(stimulus)
    case .chunkUnreadable(let digest, let reason):
      carryOut(transfers.cannotRead(digest, reason: reason, at: .now))
    case .computed(let attempt, let result, let products):
      transfers.hold(products)
      process(.computed(attempt, result))
      transfers.dropUnoffered()
    }
  }

  private mutating func process(_ stimulus: WorkerStimulus) {
    report(stimulus)
    apply(stimulus)
    removeCheckpoints(after: stimulus)
    if let attempt = stimulus.endedAttempt { labels[attempt] = nil }
  }

  /// Applies a stimulus to the state machine and carries out its directives.
  mutating func apply(_ stimulus: WorkerStimulus) {
    for directive in state.apply(stimulus, at: now) { carryOut(directive) }
  }

  private mutating func carryOut(_ directive: WorkerDirective) {
    switch directive {
    case .send(let message): outgoing.append(message)
    case .fetch(let attempt, let digests): fetch(digests, for: attempt)
    case .start(let lease): prepare(lease)
    case .stop(let attempt, let checkpoint):
      startAttempts()
      compute.stop(attempt, checkpoint: checkpoint)
    case .store(let reference): store(reference)
    case .notify(let text): log.notice("\(text)")
    case .exit(let status): self.status = status
    }
  }

  private mutating func prepare(_ lease: Lease) {
    let continuation = lease.checkpoint.map { ", from step \($0.step)" } ?? ""
    log.info("\(lease.label): attempt \(lease.attempt.number)\(continuation)")
    labels[lease.attempt] = lease.label
    checkpoints[lease.attempt] = lease.checkpoint.map { [$0.blob.digest] } ?? []
    starting.append(lease)
  }

  private mutating func startAttempts() {
    compute.start(starting)
    starting.removeAll(keepingCapacity: true)
  }
}

// MARK: - Messages from the coordinator

extension WorkerLoop {
  private mutating func receive(_ inbound: Inbound) {
    switch inbound {
    case .message(let envelope): receive(envelope)
    case .refused(let reason), .cutOff(_, let reason): log.warning("\(reason)")
    case .undeliverable(_, let channel):
      log.warning("too many messages wait for the coordinator: \(channel) messages were dropped")
    }
  }

  private mutating func receive(_ envelope: Envelope) {
    do {
      try decode(envelope)
    } catch let error as DipperError where error.code == .protocolVersionUnknown {
      log.error("\(error)")
      status = 2
    } catch {
      if !hasWarnedOfInvalidMessage {
        log.warning("the coordinator sent an invalid message, which is ignored: \(error)")
      }
      hasWarnedOfInvalidMessage = true
    }
  }

  private mutating func decode(_ envelope: Envelope) throws {
    switch envelope.channel {
    case .control:
      for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
        apply(.received(message))
      }
    case .bulk:
      let message = try Wire.decodeBlobMessage(envelope.payload)
      carryOut(transfers.received(message, at: .now))
    }
  }
}

// MARK: - Log

extension WorkerLoop {
  private func report(_ stimulus: WorkerStimulus) {
    switch stimulus {
    case .computed(let attempt, let result):
      log.info("\(label(attempt)): done in \(String(format: "%.1f", result.seconds)) s")
    case .computationFailed(let attempt, let failure):
      log.error("\(label(attempt)): \(failure.message)")
    case .stopped(let attempt): log.info("\(label(attempt)): stopped")
    case .interrupted:
      log.notice(
        "leaving after a checkpoint has gone to the coordinator; a second signal ends at once")
    default: break
    }
  }

  private func label(_ attempt: Attempt) -> String { labels[attempt] ?? attempt.job.short }
}

extension WorkerStimulus {
  /// The attempt whose end on the compute thread this stimulus reports, or nil for any other
  /// stimulus.
  var endedAttempt: Attempt? {
    switch self {
    case .computed(let attempt, _), .computationFailed(let attempt, _), .stopped(let attempt):
      attempt
    default: nil
    }
  }
}
