import Foundation
import Jobs
import Wire

/// A part of a blob that a peer has asked for, to be read when it is sent: by a thread whose time
/// nobody waits for.
public struct OutgoingChunk: Sendable {
  /// The blob.
  public let digest: Digest
  private let part: Range<Int>
  /// Bytes of the blob.
  private let total: Int
  private let source: Source

  private enum Source {
    case folder(BlobFolder)
    case memory(Data)
  }

  /// The chunks of a blob in `folder`: as many as `credit` allows from byte `offset` on.
  static func all(
    of digest: Digest, in folder: BlobFolder, total: Int, from offset: Int, credit: Int
  ) -> [OutgoingChunk] {
    parts(of: total, from: offset, credit: credit).map {
      OutgoingChunk(digest: digest, part: $0, total: total, source: .folder(folder))
    }
  }

  /// The same of a blob that is in memory.
  static func all(
    of digest: Digest, in bytes: Data, from offset: Int, credit: Int
  ) -> [OutgoingChunk] {
    parts(of: bytes.count, from: offset, credit: credit).map {
      OutgoingChunk(digest: digest, part: $0, total: bytes.count, source: .memory(bytes))
    }
  }

  /// Bytes that are sent at once, however much credit a peer gives.
  private static let most = 4 << 20

  /// An empty blob is one empty chunk.
  private static func parts(of total: Int, from offset: Int, credit: Int) -> [Range<Int>] {
    guard total > 0 else { return [0..<0] }
    let end = min(total, offset + min(credit * WireLimits.chunk, most))
    return stride(from: offset, to: end, by: WireLimits.chunk).map {
      $0..<min(total, $0 + WireLimits.chunk)
    }
  }

  /// The message that carries it.
  ///
  /// - Throws: `BlobError` where it cannot be read any more.
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
