import Blobs
import Jobs
import Logging
import Messaging
import Scheduling
import Wire

/// Fetches the inputs of attempts from the coordinator and sends their outputs to it.
extension WorkerLoop {
  /// Fetches blobs into the cache, and tells the state machine when all have arrived.
  mutating func fetch(_ digests: [Digest], for attempt: Attempt) {
    // The cache is trimmed before new blobs arrive. The needed blobs are marked as used first, so
    // that they are removed last.
    trimmer.touch(digests)
    trimCache()
    guard !digests.isEmpty else { return apply(.fetched(attempt)) }
    fetches.begin(attempt, digests: digests)
    for digest in digests { carryOut(transfers.fetch(digest, at: .now)) }
    applyIfFetched(attempt)
  }

  /// Offers a blob to the coordinator.
  mutating func store(_ reference: BlobReference) {
    do { send(try transfers.store(reference, at: .now)) } catch {
      apply(.storeFailed(reference.digest, reason: "\(error)"))
    }
  }

  /// Sends the messages and chunks of a step of the transfers, and applies its outcomes.
  mutating func carryOut(_ step: BlobClient.Step) {
    send(step.messages)
    chunks.send(step.chunks)
    for outcome in step.outcomes { process(outcome) }
  }

  func send(_ messages: [BlobMessage]) {
    for message in messages {
      messenger.send(Envelope(channel: .bulk, payload: Wire.encode(message)))
    }
  }

  private mutating func process(_ outcome: BlobClient.Outcome) {
    switch outcome {
    case .fetched(let digest):
      trimmer.didAdd(digest)
      for attempt in fetches.didArrive(digest) { applyIfFetched(attempt) }
    case .fetchFailed(let digest, let reason): applyMissing(digest, reason: reason)
    case .stored(let digest):
      apply(.stored(digest))
      removeCheckpoint(digest)
    case .storeFailed(let digest, let reason):
      apply(.storeFailed(digest, reason: reason))
      removeCheckpoint(digest)
    case .folderFailed(let reason): apply(.incapacitated(reason: reason))
    }
  }

  private mutating func applyIfFetched(_ attempt: Attempt) {
    if fetches.takeIfComplete(attempt) { apply(.fetched(attempt)) }
  }

  private mutating func applyMissing(_ digest: Digest, reason: String) {
    for attempt in fetches.removeAttempts(waitingFor: digest) {
      apply(
        .fetchFailed(attempt, reason: "its input \(digest.short) cannot be fetched: \(reason)"))
    }
  }

  private mutating func trimCache() {
    let state = state
    let removed = trimmer.trimIfDue { state.needs($0) || transfers.isStoring($0) }
    if removed > 0 { log.info("the cache was full: removed \(removed >> 20) MiB") }
  }
}
