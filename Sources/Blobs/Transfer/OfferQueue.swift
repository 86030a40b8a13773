import Jobs

/// The blobs that are on offer to the coordinator, no more at once than it takes, and those that wait
/// for their turn.
struct OfferQueue: Sendable {
  private struct Offer {
    var reference: BlobReference
    var heard: Double
  }

  private var open: [Digest: Offer] = [:]
  private var waiting: [BlobReference] = []

  /// Whether a blob is here.
  func contains(_ digest: Digest) -> Bool {
    open[digest] != nil || waiting.contains { $0.digest == digest }
  }

  /// Whether a blob is on offer.
  func isOpen(_ digest: Digest) -> Bool { open[digest] != nil }

  /// Adds a blob; true where it may be offered now, which it may be again.
  mutating func append(_ reference: BlobReference, at now: Double) -> Bool {
    let digest = reference.digest
    guard open[digest] != nil || open.count < BlobServer.mostOffers else {
      if !contains(digest) { waiting.append(reference) }
      return false
    }
    open[digest] = Offer(reference: reference, heard: now)
    return true
  }

  /// The coordinator said something about a blob.
  mutating func hear(_ digest: Digest, at now: Double) { open[digest]?.heard = now }

  /// Ends an offer.
  ///
  /// - Returns: whether there was one, and what may be offered in its place.
  mutating func remove(_ digest: Digest, at now: Double) -> (wasOpen: Bool, next: BlobReference?) {
    guard open.removeValue(forKey: digest) != nil else { return (false, nil) }
    guard !waiting.isEmpty else { return (true, nil) }
    let next = waiting.removeFirst()
    open[next.digest] = Offer(reference: next, heard: now)
    return (true, next)
  }

  /// What has had no answer for longer than `patience`, and is offered again now.
  mutating func unheard(for patience: Double, at now: Double) -> [BlobReference] {
    let late = open.filter { now - $0.value.heard > patience }.keys.sorted()
    for digest in late { open[digest]?.heard = now }
    return late.compactMap { open[$0]?.reference }
  }
}
