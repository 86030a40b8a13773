import Errors
import Foundation
import Jobs
import Wire

/// A part of a blob that a peer has requested. Its bytes are read only when `message` is called,
/// which may be on a background thread.
public struct OutgoingChunk: Sendable {
  /// The digest of the whole blob.
  public let digest: Digest
  private let part: Range<Int>
  /// The size of the whole blob in bytes.
  private let total: Int
  private let source: Source

  private enum Source {
    case folder(BlobFolder)
    case memory(Data)
  }

  /// Returns the chunks of a blob in `folder`, as many as `credit` allows from byte `offset` on.
  static func all(
    of digest: Digest, in folder: BlobFolder, total: Int, from offset: Int, credit: Int
  ) -> [OutgoingChunk] {
    parts(of: total, from: offset, credit: credit).map {
      OutgoingChunk(digest: digest, part: $0, total: total, source: .folder(folder))
    }
  }

  /// Returns the chunks of a blob in memory, as many as `credit` allows from byte `offset` on.
  static func all(
    of digest: Digest, in bytes: Data, from offset: Int, credit: Int
  ) -> [OutgoingChunk] {
    parts(of: bytes.count, from: offset, credit: credit).map {
      OutgoingChunk(digest: digest, part: $0, total: bytes.count, source: .memory(bytes))
    }
  }

  /// The largest number of bytes that are sent at once, even if a peer grants more credit.
  private static let maxBytes = 4 << 20

  /// Returns the ranges of the chunks. An empty blob has one empty chunk.
  private static func parts(of total: Int, from offset: Int, credit: Int) -> [Range<Int>] {
    guard total > 0 else { return [0..<0] }
    let end = min(total, offset + min(credit * WireLimits.chunk, maxBytes))
    return stride(from: offset, to: end, by: WireLimits.chunk).map {
      $0..<min(total, $0 + WireLimits.chunk)
    }
  }

  /// Reads the chunk and returns the message that carries it.
  ///
  /// - Throws: `DipperError` of the domain `blobs` if the blob cannot be read any more.
  public func message() throws -> BlobMessage {
    .chunk(digest, offset: part.lowerBound, total: total, bytes: try bytes())
  }

  private func bytes() throws -> Data {
    switch source {
    case .folder(let folder):
      part.isEmpty ? Data() : try folder.read(digest, from: part.lowerBound, count: part.count)
    case .memory(let bytes):
      bytes[bytes.startIndex + part.lowerBound..<bytes.startIndex + part.upperBound]
    }
  }
}
