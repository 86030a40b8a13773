import Foundation
import Jobs
import Wire

/// A blob on its way here: what has come, in a file beside the blobs, and what has been asked for.
///
/// The receiver drives: it gives credit for chunks from an offset on, and more whenever half of the
/// window has come, so that the sender keeps no state and the link stays full. Chunks that come
/// twice or out of order are ignored; what is lost is asked for again. The digest is taken while
/// they come: they are never read again.
struct IncomingBlob: Sendable {
  /// Chunks that may be on their way here: a mebibyte.
  static let window = (1 << 20) / WireLimits.chunk

  /// What a chunk led to.
  enum Step: Hashable {
    /// It is not the next one, or it is and nothing is due yet.
    case nothing
    /// Credit is due: `credit` chunks from byte `offset` on.
    case ask(offset: Int, credit: Int)
    /// All bytes are here.
    case complete
  }

  let digest: Digest
  /// When something of it last came, or was last asked for.
  var heard: Double
  private let folder: BlobFolder
  private let partial: URL
  /// Bytes that have come.
  private(set) var count = 0
  /// Of these bytes.
  private var found = RunningDigest()
  /// Up to where bytes have been asked for.
  private var asked = 0

  init(_ digest: Digest, into folder: BlobFolder, at now: Double) {
    (self.digest, self.folder, heard) = (digest, folder, now)
    partial = folder.newPartial()
  }

  /// Asks for a whole window behind what is here: at the beginning, and after a silence.
  mutating func askAgain(at now: Double) -> (offset: Int, credit: Int) {
    heard = now
    asked = count + Self.window * WireLimits.chunk
    return (count, Self.window)
  }

  /// Takes a chunk of a blob of `total` bytes in.
  ///
  /// - Throws: `BlobError` of code `storage`; the chunk may then come again.
  mutating func take(_ bytes: Data, at offset: Int, of total: Int, at now: Double) throws -> Step {
    guard offset == count else { return .nothing }
    try write(bytes, to: partial, at: offset)
    found.append(bytes)
    heard = now
    count += bytes.count
    guard count < total else { return .complete }
    let half = Self.window / 2
    guard asked < total, asked - count <= half * WireLimits.chunk else { return .nothing }
    defer { asked += half * WireLimits.chunk }
    return .ask(offset: asked, credit: half)
  }

  /// Checks what has come; it is not a blob of the folder yet.
  ///
  /// - Throws: `BlobError` of code `damaged` where its digest is another.
  func finish() throws -> ArrivedBlob {
    guard found.digest == digest else {
      throw BlobError(.damaged, "the bytes that came for \(digest.short) have another digest")
    }
    return ArrivedBlob(digest: digest, partial: partial)
  }

  /// Forgets what has come.
  func discard() { unlink(partial.path) }
}
