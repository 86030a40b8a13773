import DequeModule
import Jobs

/// The queue of blobs that a worker offers to the coordinator. At most `BlobServer.maxOffers` are
/// offered at once, and the others wait.
struct OfferQueue: Sendable {
  private struct OpenOffer {
    var reference: BlobReference
    var lastHeard: ContinuousClock.Instant
  }

  private var open: [Digest: OpenOffer] = [:]
  private var waiting: Deque<BlobReference> = []

  /// Returns true if a blob is being offered or waits to be offered.
  func contains(_ digest: Digest) -> Bool {
    open[digest] != nil || waiting.contains { $0.digest == digest }
  }

  /// Returns true if a blob is being offered.
  func isOpen(_ digest: Digest) -> Bool { open[digest] != nil }

  /// Adds a blob, and returns true if it may be offered now. An open offer may be repeated.
  mutating func append(_ reference: BlobReference, at now: ContinuousClock.Instant) -> Bool {
    let digest = reference.digest
    guard open[digest] != nil || open.count < BlobServer.maxOffers else {
      if !contains(digest) { waiting.append(reference) }
      return false
    }
    open[digest] = OpenOffer(reference: reference, lastHeard: now)
    return true
  }

  /// Notes that the coordinator has sent a message about a blob.
  mutating func noteMessage(about digest: Digest, at now: ContinuousClock.Instant) {
    open[digest]?.lastHeard = now
  }

  /// Ends an offer and opens the next one.
  ///
  /// - Returns: true if the offer was open, and the blob that may be offered in its place, if one
  ///   waits.
  mutating func remove(
    _ digest: Digest, at now: ContinuousClock.Instant
  ) -> (wasOpen: Bool, next: BlobReference?) {
    guard open.removeValue(forKey: digest) != nil else { return (false, nil) }
    guard let next = waiting.popFirst() else { return (true, nil) }
    open[next.digest] = OpenOffer(reference: next, lastHeard: now)
    return (true, next)
  }

  /// Returns the offers that have been without an answer for longer than `timeout`. The caller must
  /// repeat them.
  mutating func takeUnanswered(
    for timeout: Duration, at now: ContinuousClock.Instant
  ) -> [BlobReference] {
    let late = open.filter { now - $0.value.lastHeard > timeout }.keys.sorted()
    for digest in late { open[digest]?.lastHeard = now }
    return late.compactMap { open[$0]?.reference }
  }
}
