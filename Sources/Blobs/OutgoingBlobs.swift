import Experiments
import Foundation
import Wire

/// Reads chunks of blobs for a peer. A blob is verified before its first chunk is sent, not before
/// each, or is trusted: whoever receives it checks the whole.
struct OutgoingBlobs: Sendable {
  /// Chunks that are sent at once, however much credit a peer gives.
  private static let mostCredit = 16
  /// Blobs that are remembered as verified.
  private static let mostVerified = 1024

  private let folder: BlobFolder
  private var verified: [Digest: Int] = [:]

  init(_ folder: BlobFolder) { self.folder = folder }

  /// The size of a blob whose bytes have been checked now or before.
  ///
  /// - Throws: `BlobError`.
  mutating func verify(_ digest: Digest) throws -> Int {
    if let size = verified[digest], folder.size(digest) == size { return size }
    let size = try folder.get(digest).count
    remember(digest, size)
    return size
  }

  /// Spares a blob the check that this process has just put in the folder, under the digest that it
  /// took of its bytes.
  ///
  /// - Throws: `BlobError` of code `missing` where it is not there in that size.
  mutating func trust(_ reference: BlobReference) throws {
    guard folder.size(reference.digest) == reference.size else {
      throw folder.missing(reference.digest)
    }
    remember(reference.digest, reference.size)
  }

  private mutating func remember(_ digest: Digest, _ size: Int) {
    if verified.count >= Self.mostVerified { verified.removeAll() }
    verified[digest] = size
  }

  /// Up to `credit` chunks from byte `offset` on; an empty blob is one empty chunk.
  ///
  /// - Throws: `BlobError`.
  mutating func chunks(_ digest: Digest, from offset: Int, credit: Int) throws -> [BlobMessage] {
    let total = try verify(digest)
    return try Self.chunks(digest, of: total, from: offset, credit: credit) { part in
      try folder.read(digest, from: part.lowerBound, count: part.count)
    }
  }

  /// The same of a blob that is in memory.
  static func chunks(
    of bytes: Data, _ digest: Digest, from offset: Int, credit: Int
  ) -> [BlobMessage] {
    chunks(digest, of: bytes.count, from: offset, credit: credit) { part in
      bytes[bytes.startIndex + part.lowerBound..<bytes.startIndex + part.upperBound]
    }
  }

  private static func chunks(
    _ digest: Digest, of total: Int, from offset: Int, credit: Int,
    _ read: (Range<Int>) throws -> Data
  ) rethrows -> [BlobMessage] {
    guard total > 0 else { return [.chunk(digest, offset: 0, total: 0, bytes: Data())] }
    let end = min(total, offset + min(credit, mostCredit) * WireLimits.chunk)
    return try stride(from: offset, to: end, by: WireLimits.chunk).map { start in
      let part = start..<min(total, start + WireLimits.chunk)
      return .chunk(digest, offset: start, total: total, bytes: try read(part))
    }
  }
}
