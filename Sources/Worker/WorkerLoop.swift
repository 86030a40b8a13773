import Blobs
import Foundation
import Jobs
import Logging
import Messaging
import Scheduling
import Wire

/// What can happen in a worker's process.
enum Occurrence: Sendable {
  /// Something came from the coordinator.
  case inbound(Delivery)
  /// The compute thread, the clock or the user.
  case stimulus(WorkerStimulus)
  /// A chunk of a blob that is to be stored could not be read.
  case isUnreadable(Digest, reason: String)
  /// The compute thread has finished an attempt; here are the bytes of its outputs.
  case computed(Attempt, JobResult, [Digest: Data])
}

/// Lets `WorkerState` decide about each occurrence and carries its directives out.
struct WorkerLoop {
  /// The process's exit status, as soon as it is known.
  private(set) var status: Int32?
  private var state: WorkerState
  private var transfers: BlobClient
  /// The blobs that attempts still wait for.
  private var awaited: [Attempt: Set<Digest>] = [:]
  private var labels: [Attempt: String] = [:]
  /// Checkpoints in the cache, of which nobody needs more than the coordinator's copy.
  private var checkpoints: [Attempt: Set<Digest>] = [:]
  /// Checkpoints of attempts that are over here, still on their way to the coordinator.
  private var abandoned: Set<Digest> = []
  private let cache: BlobFolder
  private var upkeep: CacheUpkeep
  private var wasToldOfNonsense = false
  /// What is to be said and computed once all that has happened is dealt with.
  private var words: [WorkerMessage] = []
  private var starts: [Lease] = []
  private let messenger: Messenger
  private let chunks: ChunkSender
  private let compute: ComputeThread
  private let clock: MonotonicClock
  private let log: Logger

  init(
    state: WorkerState, cache: BlobFolder, cacheLimit: Int, messenger: Messenger,
    chunks: ChunkSender, compute: ComputeThread, clock: @escaping MonotonicClock, log: Logger
  ) {
    (self.state, self.cache, transfers) = (state, cache, BlobClient(cache))
    upkeep = CacheUpkeep(of: cache, limit: cacheLimit)
    (self.messenger, self.chunks, self.compute) = (messenger, chunks, compute)
    (self.clock, self.log) = (clock, log)
  }

  /// Deals with these occurrences, until one of them ends the process, and says what there is to say.
  mutating func take(_ occurrences: [Occurrence]) {
    for occurrence in occurrences where status == nil { take(occurrence) }
    start()
    for payload in Wire.encode(words) {
      messenger.send(Envelope(channel: .control, payload: payload))
    }
    words.removeAll(keepingCapacity: true)
  }

  /// Deals with one occurrence and all that follows from it at once.
  private mutating func take(_ occurrence: Occurrence) {
    switch occurrence {
    case .inbound(let delivery):
      for inbound in delivery.inbound where status == nil { take(inbound) }
      messenger.hasRead(delivery)
    case .stimulus(.tick):
      post(transfers.tick(at: clock()))
      apply(.tick)
    case .stimulus(let stimulus): follow(stimulus)
    case .isUnreadable(let digest, let reason):
      follow(transfers.isUnreadable(digest, reason, at: clock()))
    case .computed(let attempt, let result, let products):
      transfers.hold(products)
      follow(.computed(attempt, result))
      transfers.letGo()
    }
  }

  private mutating func take(_ inbound: Inbound) {
    switch inbound {
    case .message(let envelope): take(envelope)
    case .refused(let reason), .cutOff(_, let reason): log.warning("\(reason)")
    case .undeliverable(_, let channel):
      log.warning("too many messages wait for the coordinator: \(channel) messages were dropped")
    }
  }

  private mutating func follow(_ stimulus: WorkerStimulus) {
    tell(of: stimulus)
    apply(stimulus)
    tidy(after: stimulus)
  }

  private mutating func apply(_ stimulus: WorkerStimulus) {
    for directive in state.apply(stimulus, at: clock()) { carryOut(directive) }
  }

  private mutating func carryOut(_ directive: WorkerDirective) {
    switch directive {
    case .send(let message): words.append(message)
    case .fetch(let attempt, let digests): fetch(digests, for: attempt)
    case .start(let lease):
      log.info("\(lease.label): attempt \(lease.attempt.number)\(lease.continuation)")
      labels[lease.attempt] = lease.label
      checkpoints[lease.attempt] = lease.checkpoint.map { [$0.blob.digest] } ?? []
      starts.append(lease)
    case .stop(let attempt, let checkpoint):
      start()
      compute.stop(attempt, checkpoint: checkpoint)
    case .store(let reference): store(reference)
    case .notify(let text): log.notice("\(text)")
    case .exit(let status): self.status = status
    }
  }
}

// Messages.
extension WorkerLoop {
  private mutating func start() {
    compute.start(starts)
    starts.removeAll(keepingCapacity: true)
  }

  private mutating func take(_ envelope: Envelope) {
    do {
      switch envelope.channel {
      case .control:
        for message in try Wire.decodeCoordinatorMessages(envelope.payload) {
          apply(.received(message))
        }
      case .bulk:
        let message = try Wire.decodeBlobMessage(envelope.payload)
        follow(transfers.received(message, at: clock()))
      }
    } catch let error as WireError where error.code == .version {
      log.error("\(error)")
      status = 2
    } catch {
      if !wasToldOfNonsense { log.warning("the coordinator sent what is no message: \(error)") }
      wasToldOfNonsense = true
    }
  }

  private func post(_ messages: [BlobMessage]) {
    for message in messages {
      messenger.send(Envelope(channel: .bulk, payload: Wire.encode(message)))
    }
  }

  private func tell(of stimulus: WorkerStimulus) {
    switch stimulus {
    case .computed(let attempt, let result):
      log.info("\(label(attempt)): done in \(result.seconds.rounded(toPlaces: 1)) s")
    case .computationFailed(let attempt, let failure):
      log.error("\(label(attempt)): \(failure.message)")
    case .stopped(let attempt): log.info("\(label(attempt)): stopped")
    case .interrupted:
      log.notice("leaving: a checkpoint goes to the coordinator first; once more ends at once")
    default: break
    }
  }

  private func label(_ attempt: Attempt) -> String { labels[attempt] ?? attempt.job.short }
}

// Blobs.
extension WorkerLoop {
  private mutating func fetch(_ digests: [Digest], for attempt: Attempt) {
    // Before anything new comes, and with what is needed marked as used.
    upkeep.use(digests)
    tidyCache()
    guard !digests.isEmpty else { return apply(.fetched(attempt)) }
    awaited[attempt] = Set(digests)
    for digest in digests { follow(transfers.fetch(digest, at: clock())) }
    if awaited[attempt]?.isEmpty == true { fetched(attempt) }
  }

  private mutating func store(_ reference: BlobReference) {
    do { post(try transfers.store(reference, at: clock())) } catch {
      apply(.storeFailed(reference.digest, reason: "\(error)"))
    }
  }

  private mutating func follow(_ step: BlobClient.Step) {
    post(step.messages)
    chunks.send(step.chunks)
    for outcome in step.outcomes {
      switch outcome {
      case .fetched(let digest): arrived(digest)
      case .fetchFailed(let digest, let reason): isMissing(digest, reason)
      case .stored(let digest):
        apply(.stored(digest))
        removeCheckpoint(digest)
      case .storeFailed(let digest, let reason):
        apply(.storeFailed(digest, reason: reason))
        removeCheckpoint(digest)
      case .folderFailed(let reason): apply(.incapacitated(reason: reason))
      }
    }
  }

  private mutating func tidyCache() {
    let state = state
    let removed = upkeep.tidyIfDue { state.needs($0) || transfers.isStoring($0) }
    if removed > 0 { log.info("the cache was full: removed \(removed >> 20) MiB") }
  }

  private mutating func arrived(_ digest: Digest) {
    upkeep.grew(by: digest)
    for attempt in waiting(for: digest) {
      awaited[attempt]?.remove(digest)
      if awaited[attempt]?.isEmpty == true { fetched(attempt) }
    }
  }

  private mutating func fetched(_ attempt: Attempt) {
    awaited[attempt] = nil
    apply(.fetched(attempt))
  }

  private mutating func isMissing(_ digest: Digest, _ reason: String) {
    for attempt in waiting(for: digest) {
      awaited[attempt] = nil
      apply(.fetchFailed(attempt, reason: "its input \(digest.short) cannot be had: \(reason)"))
    }
  }

  private func waiting(for digest: Digest) -> [Attempt] {
    awaited.filter { $0.value.contains(digest) }.map(\.key)
  }
}

// Checkpoints fill a disk: one stays here only for as long as it is on its way or in use.
extension WorkerLoop {
  private mutating func tidy(after stimulus: WorkerStimulus) {
    switch stimulus {
    case .checkpointed(let attempt, let checkpoint):
      checkpoints[attempt]?.insert(checkpoint.blob.digest)
      let wanted = state.checkpointsToSend(of: attempt)
      for digest in checkpoints[attempt, default: []].subtracting(wanted) {
        removeCheckpoint(digest)
      }
    case .computed(let attempt, _), .computationFailed(let attempt, _), .stopped(let attempt):
      labels[attempt] = nil
      guard let left = checkpoints.removeValue(forKey: attempt), !left.isEmpty else { break }
      let wanted = state.checkpointsToSend(of: attempt)
      for digest in left {
        if wanted.contains(digest) {
          abandoned.insert(digest)
        } else {
          removeUnlessOnItsWay(digest)
        }
      }
    default: break
    }
  }

  private mutating func removeCheckpoint(_ digest: Digest) {
    let isCheckpoint = abandoned.remove(digest) != nil
    // The next attempt may be about to read what the last one has just handed over.
    guard !state.needs(digest) else { return }
    let holders = checkpoints.filter { $0.value.contains(digest) }.map(\.key)
    for attempt in holders { checkpoints[attempt]?.remove(digest) }
    if isCheckpoint || !holders.isEmpty { cache.remove(digest) }
  }

  private mutating func removeUnlessOnItsWay(_ digest: Digest) {
    if transfers.isStoring(digest) {
      abandoned.insert(digest)
    } else if !state.needs(digest) {
      cache.remove(digest)
    }
  }
}

extension Lease {
  /// Where it continues, for people.
  fileprivate var continuation: String {
    checkpoint.map { ", from step \($0.step)" } ?? ""
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    let scale = pow(10, Double(places))
    return (self * scale).rounded() / scale
  }
}
