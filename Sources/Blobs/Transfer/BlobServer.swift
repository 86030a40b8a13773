import Foundation
import Jobs
import Wire

/// The coordinator's end of bulk transfers: answers to what workers ask and offer.
///
/// An offered blob gathers in a file beside the others, is checked against its digest, and is on
/// disk before `stored` is said. What is too much is rejected, what was not offered is ignored.
///
/// The disk may be slow: whoever uses it may have blobs settle elsewhere, and go on meanwhile.
public struct BlobServer: Sendable {
  /// Blobs that one peer may be sending at once.
  public static let mostOffers = 16

  private struct Offer {
    var size: Int
    var blob: IncomingBlob
    /// Whether all of it is here and only the disk is waited for.
    var isSettling = false

    func discard() { if !isSettling { blob.discard() } }
  }

  private let folder: BlobFolder
  private let neighbour: BlobFolder?
  private let mayRead: @Sendable (Digest) -> Bool
  private let largest: Int
  private var outgoing: OutgoingBlobs
  private var offers: [String: [Digest: Offer]] = [:]

  /// Transfers between `folder` and the workers' caches.
  ///
  /// - Parameters:
  ///   - largest: bytes of a blob that is taken.
  ///   - neighbour: the cache of workers on this machine: what lies there need not be sent.
  ///   - mayRead: whether workers may have a blob; the others are `missing` to them.
  public init(
    _ folder: BlobFolder, largest: Int = 1 << 30, neighbour: BlobFolder? = nil,
    mayRead: @escaping @Sendable (Digest) -> Bool = { _ in true }
  ) {
    (self.folder, self.neighbour, self.largest, self.mayRead) = (
      folder, neighbour, largest, mayRead
    )
    outgoing = OutgoingBlobs(folder)
  }

  /// What to answer to a message from `peer`.
  ///
  /// - Parameter settle: makes a blob that has arrived one of the folder and returns true; or returns
  ///   false, for somebody to do it later and then to call `settled`. At once, where nil.
  /// - Throws: `BlobError` of code `storage` where the disk cannot take an offered blob.
  public mutating func received(
    _ message: BlobMessage, from peer: String, settle: ((ArrivedBlob) throws -> Bool)? = nil
  ) throws -> [BlobMessage] {
    let settle = settle ?? atOnce
    switch message {
    case .get(let digest, let offset, let credit):
      guard mayRead(digest) else { return [.missing(digest)] }
      do {
        return try outgoing.chunks(digest, from: offset, credit: credit).map { try $0.message() }
      } catch {
        return [.missing(digest)]
      }
    case .put(let reference):
      return try consider(reference, from: peer, settle).map { [$0] } ?? []
    case .chunk(let digest, let offset, let total, let bytes):
      return try take(bytes, of: digest, at: offset, of: total, from: peer, settle)
    case .missing, .proceed, .stored, .rejected:
      return []
    }
  }

  /// What to tell `peer`, one of whose blobs is in the folder now.
  public mutating func settled(_ digest: Digest, of peer: String) -> BlobMessage {
    drop(digest, of: peer)
    return .stored(digest)
  }

  /// Forgets what a peer has half sent.
  public mutating func forget(_ peer: String) {
    for offer in offers.removeValue(forKey: peer)?.values ?? [:].values { offer.discard() }
  }

  /// Answers an offer: it is here, it is too much, or it may (go on to) be sent. Where only the disk
  /// is waited for, that will be the answer.
  private mutating func consider(
    _ reference: BlobReference, from peer: String, _ settle: (ArrivedBlob) throws -> Bool
  ) throws -> BlobMessage? {
    let digest = reference.digest
    if offers[peer]?[digest]?.isSettling == true { return nil }
    if folder.size(digest) == reference.size, (try? outgoing.verify(digest)) != nil {
      return .stored(digest)
    }
    var offer =
      offers[peer]?[digest]
      ?? Offer(size: reference.size, blob: IncomingBlob(digest, into: folder, at: 0))
    guard reference.size <= largest else {
      return .rejected(digest, reason: "\(reference.size) bytes; at most \(largest) are taken")
    }
    guard offer.size == reference.size else {
      return .rejected(digest, reason: "it was offered with \(offer.size) bytes before")
    }
    guard offers[peer]?[digest] != nil || offers[peer, default: [:]].count < Self.mostOffers else {
      return .rejected(digest, reason: "more than \(Self.mostOffers) blobs at once")
    }
    if offers[peer]?[digest] == nil,
      let arrival = neighbour.flatMap({ folder.borrowed(reference, from: $0) })
    {
      offer.isSettling = true
      offers[peer, default: [:]][digest] = offer
      return try settle(arrival) ? settled(digest, of: peer) : nil
    }
    let (offset, credit) = offer.blob.askAgain(at: 0)
    offers[peer, default: [:]][digest] = offer
    return .proceed(digest, offset: offset, credit: credit)
  }

  private mutating func take(
    _ bytes: Data, of digest: Digest, at offset: Int, of total: Int, from peer: String,
    _ settle: (ArrivedBlob) throws -> Bool
  ) throws -> [BlobMessage] {
    // Without an offer it is a late copy, or from before this coordinator was restarted: the peer
    // will offer it again.
    guard let offer = offers[peer]?[digest] else { return [] }
    guard total == offer.size else {
      drop(digest, of: peer)
      return [.rejected(digest, reason: "its size is not the one that was offered")]
    }
    switch try offers[peer]?[digest]?.blob.take(bytes, at: offset, of: total, at: 0) {
    case .nothing, nil: return []
    case .ask(let offset, let credit): return [.proceed(digest, offset: offset, credit: credit)]
    case .complete: return try finish(digest, of: peer, settle)
    }
  }

  private mutating func finish(
    _ digest: Digest, of peer: String, _ settle: (ArrivedBlob) throws -> Bool
  ) throws -> [BlobMessage] {
    guard let arrival = try? offers[peer]?[digest]?.blob.finish() else {
      drop(digest, of: peer)
      return [.rejected(digest, reason: "the bytes do not have the digest that was announced")]
    }
    offers[peer]?[digest]?.isSettling = true
    return try settle(arrival) ? [settled(digest, of: peer)] : []
  }

  private func atOnce(_ arrival: ArrivedBlob) throws -> Bool {
    try folder.settle([arrival])
    return true
  }

  private mutating func drop(_ digest: Digest, of peer: String) {
    offers[peer]?.removeValue(forKey: digest)?.discard()
    if offers[peer]?.isEmpty == true { offers[peer] = nil }
  }
}
