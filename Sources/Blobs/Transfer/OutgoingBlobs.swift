import Foundation
import Jobs
import Wire

/// Finds the chunks of blobs that a peer asks for. A blob is verified before its first chunk is sent,
/// not before each, or is trusted: whoever receives it checks the whole.
struct OutgoingBlobs: Sendable {
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
  mutating func chunks(_ digest: Digest, from offset: Int, credit: Int) throws -> [OutgoingChunk] {
    OutgoingChunk.all(
      of: digest, in: folder, total: try verify(digest), from: offset, credit: credit)
  }
}
