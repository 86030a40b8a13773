import Errors
import Foundation
import Jobs
import Wire

/// A blob that is being received into a temporary file.
///
/// The receiver controls the transfer. It grants credit for chunks from an offset on, and grants
/// more each time that half of the window has arrived. Therefore the sender needs no state, and the
/// connection stays busy. Chunks that arrive twice or out of order are ignored, and lost ones are
/// requested again. The digest is computed while the chunks arrive, so that the bytes are not read
/// again.
struct IncomingBlob: Sendable {
  /// The number of chunks that may be on the way at once. Together they have one mebibyte.
  static let window = (1 << 20) / WireLimits.chunk

  /// The result of taking a chunk.
  enum Step: Hashable {
    /// The chunk was not the next one, or no credit is due yet.
    case nothing
    /// The receiver must grant credit for `credit` chunks from byte `offset` on.
    case ask(offset: Int, credit: Int)
    /// All bytes of the blob have arrived.
    case complete
  }

  let digest: Digest
  private let partial: URL
  /// The number of bytes that have arrived.
  private(set) var count = 0
  /// The digest of the bytes that have arrived.
  private var found = RunningDigest()
  /// The offset up to which bytes have been requested.
  private var requested = 0

  init(_ digest: Digest, into folder: BlobFolder) {
    self.digest = digest
    partial = folder.newPartial()
  }

  /// Requests a whole window after the bytes that have arrived. This is done at the beginning and
  /// after a silence.
  mutating func requestWindow() -> (offset: Int, credit: Int) {
    requested = count + Self.window * WireLimits.chunk
    return (count, Self.window)
  }

  /// Takes a chunk of a blob of `total` bytes.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed`. The chunk can be taken again then.
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
