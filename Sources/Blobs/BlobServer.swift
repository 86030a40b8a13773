import Experiments
import Foundation
import Wire

/// The coordinator's end of bulk transfers: answers to what workers ask and offer.
///
/// Offered bytes gather in memory, are checked against their digest and written durably before
/// `stored` is said. A peer that offers too much, or sends what was not asked for, is rejected.
public struct BlobServer: Sendable {
  /// Chunks that a worker may have on their way to us.
  public static let credit = 4

  private let blobs: BlobFolder
  private let mayRead: @Sendable (Digest) -> Bool
  private let largest: Int
  private var incoming: [String: [Digest: Data]] = [:]
  private var expected: [String: [Digest: Int]] = [:]

  /// - Parameters:
  ///   - mayRead: whether workers may have a blob; the others are `missing` to them.
  ///   - largest: bytes of a blob that is taken.
  public init(
    _ blobs: BlobFolder, largest: Int = 1 << 30,
    mayRead: @escaping @Sendable (Digest) -> Bool = { _ in true }
  ) {
    (self.blobs, self.largest, self.mayRead) = (blobs, largest, mayRead)
  }

  /// What to answer to a message from `peer`.
  ///
  /// - Throws: `BlobError` of code `storage` where the disk cannot take an offered blob.
  public mutating func received(_ message: BlobMessage, from peer: String) throws -> [BlobMessage] {
    switch message {
    case .get(let digest, let offset, let credit):
      return chunks(digest, offset, credit)
    case .put(let reference):
      return offered(reference, by: peer)
    case .chunk(let digest, let offset, let total, let bytes):
      return try gathered(digest, offset, total, bytes, from: peer)
    case .missing, .proceed, .stored, .rejected:
      return []
    }
  }

  /// Forgets what a peer has half sent.
  public mutating func forget(_ peer: String) {
    incoming[peer] = nil
    expected[peer] = nil
  }

  private func chunks(_ digest: Digest, _ offset: Int, _ credit: Int) -> [BlobMessage] {
    guard mayRead(digest), let bytes = try? blobs.get(digest), offset <= bytes.count else {
      return [.missing(digest)]
    }
    return outgoing(digest, bytes, from: offset, credit: min(credit, 64))
  }

  private mutating func offered(_ reference: BlobReference, by peer: String) -> [BlobMessage] {
    let digest = reference.digest
    guard blobs.size(digest) != reference.size else { return [.stored(digest)] }
    guard reference.size <= largest else {
      return [.rejected(digest, reason: "\(reference.size) bytes; at most \(largest) are taken")]
    }
    let have = incoming[peer]?[digest] ?? Data()
    incoming[peer, default: [:]][digest] = have
    expected[peer, default: [:]][digest] = reference.size
    return [.proceed(digest, offset: have.count, credit: Self.credit)]
  }

  private mutating func gathered(
    _ digest: Digest, _ offset: Int, _ total: Int, _ bytes: Data, from peer: String
  ) throws -> [BlobMessage] {
    guard let size = expected[peer]?[digest], total == size,
      let have = incoming[peer]?[digest]?.count
    else { return [.rejected(digest, reason: "this blob was not asked for in this size")] }
    // Chunks come in order; after a loss the sender is told where to go on.
    guard offset == have else { return [] }
    incoming[peer]?[digest]?.append(bytes)
    let now = have + bytes.count
    guard now < size else { return [try finished(digest, size, from: peer)] }
    return [.proceed(digest, offset: now, credit: 1)]
  }

  private mutating func finished(_ digest: Digest, _ size: Int, from peer: String) throws
    -> BlobMessage
  {
    expected[peer]?[digest] = nil
    let bytes = incoming[peer]?.removeValue(forKey: digest) ?? Data()
    guard bytes.count == size, Digest(of: bytes) == digest else {
      return .rejected(digest, reason: "the bytes do not have the digest that was announced")
    }
    try blobs.put(bytes)
    return .stored(digest)
  }
}

/// Up to `credit` chunks of a blob from byte `offset`; an empty blob is one empty chunk.
func outgoing(_ digest: Digest, _ bytes: Data, from offset: Int, credit: Int) -> [BlobMessage] {
  var (messages, start): ([BlobMessage], Int) = ([], offset)
  repeat {
    let end = min(bytes.count, start + WireLimits.chunk)
    messages.append(
      .chunk(digest, offset: start, total: bytes.count, bytes: bytes.subdata(in: start..<end)))
    start = end
  } while start < bytes.count && messages.count < credit
  return messages
}
