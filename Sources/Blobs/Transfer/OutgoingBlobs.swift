import Errors
import Foundation
import Jobs
import Wire

/// The blobs of a folder that are sent as chunks.
///
/// A blob is verified once before its first chunk is sent, unless `trust` was called for it. The
/// receiver checks the digest in any case.
struct OutgoingBlobs: Sendable {
  /// The largest number of blobs that are remembered as verified.
  private static let maxVerified = 1024

  private let folder: BlobFolder
  private var verified: [Digest: Int] = [:]

  init(_ folder: BlobFolder) { self.folder = folder }

  /// Returns the size of a blob in bytes, and checks its digest unless that was done before.
  ///
  /// - Throws: `DipperError` of the domain `blobs`.
  mutating func verify(_ digest: Digest) throws -> Int {
    if let size = verified[digest], folder.size(digest) == size { return size }
    let size = try folder.get(digest).count
    remember(digest, size: size)
    return size
  }

  /// Marks a blob as verified without reading it, because this process has just computed its digest
  /// and stored it.
  ///
  /// - Throws: `DipperError` of code `blobMissing` if the folder has no blob of that size.
  mutating func trust(_ reference: BlobReference) throws {
    guard folder.size(reference.digest) == reference.size else {
      throw folder.missing(reference.digest)
    }
    remember(reference.digest, size: reference.size)
  }

  private mutating func remember(_ digest: Digest, size: Int) {
    if verified.count >= Self.maxVerified { verified.removeAll() }
    verified[digest] = size
  }

  /// Returns up to `credit` chunks from byte `offset` on. An empty blob has one empty chunk.
  ///
  /// - Throws: `DipperError` of the domain `blobs`.
  mutating func chunks(_ digest: Digest, from offset: Int, credit: Int) throws -> [OutgoingChunk] {
    OutgoingChunk.all(
      of: digest, in: folder, total: try verify(digest), from: offset, credit: credit)
  }
}
