import Errors
import Foundation
import Jobs
import Wire

/// A blob that is being received into a temporary file.
///
/// The receiver drives the transfer: it grants credit for chunks from an offset on, and more whenever half of
/// the window has come. So the sender keeps no state and the connection stays busy. Chunks that come twice or
/// out of order are ignored, and lost ones are requested again. The digest is computed as the chunks come, so
/// that the bytes are not read again.
struct IncomingBlob: Sendable {
  /// The number of chunks that may be on the way: one mebibyte.
  static let window = (1 << 20) / WireLimits.chunk

  /// The result of taking a chunk.
  enum Step: Hashable {
    /// The chunk was not the next one, or no credit is due yet.
    case nothing
    /// A credit of `credit` chunks from byte `offset` on is due.
    case ask(offset: Int, credit: Int)
    /// All bytes have come.
    case complete
  }

  let digest: Digest
  private let partial: URL
  /// The number of bytes that have come.
  private(set) var count = 0
  /// The digest of these bytes.
  private var found = RunningDigest()
  /// The offset up to which bytes have been requested.
  private var requested = 0

  init(_ digest: Digest, into folder: BlobFolder) {
    self.digest = digest
    partial = folder.newPartial()
  }

  /// Requests a whole window after the bytes that have come: at the beginning, and after a silence.
  mutating func requestWindow() -> (offset: Int, credit: Int) {
    requested = count + Self.window * WireLimits.chunk
    return (count, Self.window)
  }

  /// Takes a chunk of a blob of `total` bytes.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed`. The chunk may come again then.
  mutating func take(_ bytes: Data, at offset: Int, of total: Int) throws -> Step {
    guard offset == count else { return .nothing }
    try write(bytes, to: partial, at: offset)
    found.append(bytes)
    count += bytes.count
    guard count < total else { return .complete }
    let half = Self.window / 2
    guard requested < total, requested - count <= half * WireLimits.chunk else { return .nothing }
    defer { requested += half * WireLimits.chunk }
    return .ask(offset: requested, credit: half)
  }

  /// Checks the digest of all bytes and stages the blob.
  ///
  /// - Throws: `DipperError` of code `blobDamaged` if the bytes have another digest.
  func finish() throws -> StagedBlob {
    guard found.digest == digest else {
      throw DipperError(
        .blobDamaged, "the bytes that came for \(digest.short) have another digest")
    }
    return StagedBlob(digest: digest, partial: partial)
  }

  /// Removes the temporary file.
  func discard() { unlink(partial.path) }
}
