import Experiments
import Foundation
import Wire

/// Reads chunks of blobs for a peer. A blob is verified before its first chunk is sent, not before
/// each: whoever receives it checks the whole.
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
    if verified.count >= Self.mostVerified { verified.removeAll() }
    verified[digest] = size
    return size
  }

  /// Up to `credit` chunks from byte `offset` on; an empty blob is one empty chunk.
  ///
  /// - Throws: `BlobError`.
  mutating func chunks(_ digest: Digest, from offset: Int, credit: Int) throws -> [BlobMessage] {
    let total = try verify(digest)
    guard total > 0 else { return [.chunk(digest, offset: 0, total: 0, bytes: Data())] }
    let end = min(total, offset + min(credit, Self.mostCredit) * WireLimits.chunk)
    return try stride(from: offset, to: end, by: WireLimits.chunk).map { start in
      let bytes = try folder.read(digest, from: start, count: min(WireLimits.chunk, total - start))
      return .chunk(digest, offset: start, total: total, bytes: bytes)
    }
  }
}
