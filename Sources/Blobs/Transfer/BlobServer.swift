import Errors
import Foundation
import Jobs
import Wire

/// The coordinator's side of the transfer of blobs, which answers the workers' requests and offers.
///
/// An offered blob is received into a temporary file and checked against its digest. It is on disk
/// before the worker is told `stored`. Offers beyond the limits are rejected, and chunks without an
/// offer are ignored.
///
/// The disk may be slow, so the caller may commit blobs on another thread and process further
/// messages in the meantime.
public struct BlobServer: Sendable {
  /// The largest number of blobs that one peer may send at once.
  public static let maxOffers = 16

  private struct IncomingOffer {
    var size: Int
    var blob: IncomingBlob
    /// True if the blob is complete and waits for its commit.
    var isStaged = false

    func discard() { if !isStaged { blob.discard() } }
  }

  private let folder: BlobFolder
  private let localCache: BlobFolder?
  private let mayRead: @Sendable (Digest) -> Bool
  private let maxSize: Int
  private var outgoing: OutgoingBlobs
  private var offers: [String: [Digest: IncomingOffer]] = [:]

  /// Creates a server that transfers blobs between `folder` and the workers' caches.
  ///
  /// - Parameters:
  ///   - folder: The folder that receives and provides the blobs.
  ///   - maxSize: The largest size of an accepted blob, in bytes.
  ///   - localCache: The cache of the workers on this machine. Its blobs are linked instead of
  ///     sent.
  ///   - mayRead: Returns true for the blobs that workers may read. Requests for other blobs are
  ///     answered by `missing`.
  public init(
    _ folder: BlobFolder, maxSize: Int = 1 << 30, localCache: BlobFolder? = nil,
    mayRead: @escaping @Sendable (Digest) -> Bool = { _ in true }
  ) {
    self.folder = folder
    self.localCache = localCache
    self.maxSize = maxSize
    self.mayRead = mayRead
    outgoing = OutgoingBlobs(folder)
  }

  /// Processes a message from `peer` and returns the answers.
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - peer: The name of the sender.
  ///   - commit: Commits a staged blob and returns true. Or it returns false, and the caller
  ///     commits the blob later and then calls `committed`. If nil, the server commits the blob at
  ///     once.
  /// - Throws: `DipperError` of code `blobStorageFailed` if an offered blob cannot be written to
  ///   the disk.
  public mutating func received(
    _ message: BlobMessage, from peer: String, commit: ((StagedBlob) throws -> Bool)? = nil
  ) throws -> [BlobMessage] {
    let commit = commit ?? commitAtOnce
    switch message {
    case .get(let digest, let offset, let credit):
      return chunks(digest, from: offset, credit: credit)
    case .put(let reference):
      return try consider(reference, from: peer, commit: commit).map { [$0] } ?? []
    case .chunk(let digest, let offset, let total, let bytes):
      return try take(bytes, of: digest, at: offset, of: total, from: peer, commit: commit)
    case .missing, .proceed, .stored, .rejected:
      return []
    }
  }

  /// Ends the offer of a blob that has been committed, and returns the answer to `peer`.
  public mutating func committed(_ digest: Digest, from peer: String) -> BlobMessage {
    drop(digest, of: peer)
    return .stored(digest)
  }

  /// Discards the incomplete blobs of a peer.
  public mutating func forget(_ peer: String) {
    for offer in offers.removeValue(forKey: peer)?.values ?? [:].values { offer.discard() }
  }

  private mutating func chunks(
    _ digest: Digest, from offset: Int, credit: Int
  ) -> [BlobMessage] {
    guard mayRead(digest) else { return [.missing(digest)] }
    do {
      return try outgoing.chunks(digest, from: offset, credit: credit).map { try $0.message() }
    } catch {
      return [.missing(digest)]
    }
  }

  private func commitAtOnce(_ staged: StagedBlob) throws -> Bool {
    try folder.commit([staged])
    return true
  }

  private mutating func drop(_ digest: Digest, of peer: String) {
    offers[peer]?.removeValue(forKey: digest)?.discard()
    if offers[peer]?.isEmpty == true { offers[peer] = nil }
  }
}

// MARK: Offers

extension BlobServer {
  /// Answers an offer by `stored`, `rejected` or `proceed`.
  ///
  /// - Returns: nil if the offer will be answered after a later commit.
  private mutating func consider(
    _ reference: BlobReference, from peer: String, commit: (StagedBlob) throws -> Bool
  ) throws -> BlobMessage? {
    let digest = reference.digest
    let open = offers[peer]?[digest]
    if open?.isStaged == true { return nil }
    if folder.size(digest) == reference.size, (try? outgoing.verify(digest)) != nil {
      return .stored(digest)
    }
    if let reason = objection(to: reference, open: open, from: peer) {
      return .rejected(digest, reason: reason)
    }
    if open == nil, let staged = localCache.flatMap({ folder.hardLinked(reference, from: $0) }) {
      return try finish(staged, size: reference.size, of: peer, commit: commit)
    }
    var offer =
      open ?? IncomingOffer(size: reference.size, blob: IncomingBlob(digest, into: folder))
    let (offset, credit) = offer.blob.requestWindow()
    offers[peer, default: [:]][digest] = offer
    return .proceed(digest, offset: offset, credit: credit)
  }

  /// Returns the reason to reject an offer, or nil if there is none.
  private func objection(
    to reference: BlobReference, open: IncomingOffer?, from peer: String
  ) -> String? {
    if reference.size > maxSize {
      return "\(reference.size) bytes; at most \(maxSize) are taken"
    }
    if let open, open.size != reference.size {
      return "it was offered with \(open.size) bytes before"
    }
    guard open != nil || (offers[peer]?.count ?? 0) < Self.maxOffers else {
      return "more than \(Self.maxOffers) blobs at once"
    }
    return nil
  }

  private mutating func take(
    _ bytes: Data, of digest: Digest, at offset: Int, of total: Int, from peer: String,
    commit: (StagedBlob) throws -> Bool
  ) throws -> [BlobMessage] {
    // A chunk without an offer is a late copy, or it was sent before this coordinator was
    // restarted. After a restart the peer offers the blob again.
    guard let offer = offers[peer]?[digest] else { return [] }
    guard total == offer.size else {
      drop(digest, of: peer)
      return [.rejected(digest, reason: "its size is not the one that was offered")]
    }
    switch try offers[peer]?[digest]?.blob.take(bytes, at: offset, of: total) {
    case .nothing, nil: return []
    case .ask(let offset, let credit): return [.proceed(digest, offset: offset, credit: credit)]
    case .complete: return try complete(digest, of: peer, commit: commit)
    }
  }

  private mutating func complete(
    _ digest: Digest, of peer: String, commit: (StagedBlob) throws -> Bool
  ) throws -> [BlobMessage] {
    guard let staged = try? offers[peer]?[digest]?.blob.finish() else {
      drop(digest, of: peer)
      return [.rejected(digest, reason: "the bytes do not have the digest that was announced")]
    }
    offers[peer]?[digest]?.isStaged = true
    return try commit(staged) ? [committed(digest, from: peer)] : []
  }

  /// Commits a blob that was linked from the local cache.
  private mutating func finish(
    _ staged: StagedBlob, size: Int, of peer: String, commit: (StagedBlob) throws -> Bool
  ) throws -> BlobMessage? {
    var offer = IncomingOffer(size: size, blob: IncomingBlob(staged.digest, into: folder))
    offer.isStaged = true
    offers[peer, default: [:]][staged.digest] = offer
    return try commit(staged) ? committed(staged.digest, from: peer) : nil
  }
}
