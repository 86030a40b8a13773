import Dispatch
import Foundation
import Jobs

/// Bytes by their digest, as files `aa/aabb...` of a folder. Several processes may share it.
///
/// A blob is written beside, synced (unless this is a cache) and renamed, so a file under a digest is
/// whole; its digest is checked whenever it is read all the same.
public struct BlobFolder: Hashable, Sendable {
  /// The folder.
  public let folder: URL
  /// Whether a blob that was put here survives a power failure.
  public let isDurable: Bool

  /// Seconds after which a half-written file belongs to no living process.
  private static let longestTransfer = 86_400.0

  /// Uses `folder`; makes it where it is missing, and removes what dead processes left half-written.
  ///
  /// - Parameter isDurable: false for a cache, which need not wait for the disk: what a power
  ///   failure tears there is found by its digest and fetched again.
  /// - Throws: `BlobError` of code `storage`.
  public init(at folder: URL, isDurable: Bool = true, now: Date = Date()) throws {
    (self.folder, self.isDurable) = (folder, isDurable)
    try makeFolder(partials)
    removePartials(olderThan: now - Self.longestTransfer)
  }

  /// Where a blob lies or would lie.
  public func file(_ digest: Digest) -> URL {
    folder.appending(path: String(digest.hex.prefix(2))).appending(path: digest.hex)
  }

  /// Whether the blob is here.
  public func contains(_ digest: Digest) -> Bool { size(digest) != nil }

  /// The blob's length in bytes, or nil where it is not here.
  public func size(_ digest: Digest) -> Int? {
    var status = stat()
    guard stat(file(digest).path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// Stores bytes, durably unless the folder is a cache; nothing happens where they are here already,
  /// whole.
  ///
  /// - Throws: `BlobError` of code `storage`.
  @discardableResult
  public func put(_ bytes: Data) throws -> BlobReference {
    let reference = BlobReference(digest: Digest(of: bytes), size: bytes.count)
    guard !isWhole(reference, equals: bytes) else { return reference }
    let partial = newPartial()
    do {
      try write(bytes, to: partial)
      try settle([ArrivedBlob(digest: reference.digest, partial: partial)])
    } catch {
      unlink(partial.path)
      throw error
    }
    return reference
  }

  private func isWhole(_ reference: BlobReference, equals bytes: Data) -> Bool {
    size(reference.digest) == bytes.count
      && (try? Data(contentsOf: file(reference.digest))) == bytes
  }

  /// Removes a blob that is no longer wanted, if it is here.
  public func remove(_ digest: Digest) {
    // At once out of sight, and its blocks freed by another thread: of a large checkpoint that takes
    // milliseconds, in which who has it removed decides nothing. What is not removed only takes space.
    let aside = newPartial()
    guard rename(file(digest).path, aside.path) == 0 else { return _ = unlink(file(digest).path) }
    Self.removals.async { unlink(aside.path) }
  }

  private static let removals = DispatchQueue(label: "blobs.removals")

  /// The bytes of a blob.
  ///
  /// - Throws: `BlobError` of code `missing`; `damaged` where they do not have the digest (the file is
  ///   then moved aside, so that the blob can be brought again); `storage` where it cannot be read.
  public func get(_ digest: Digest) throws -> Data {
    let file = file(digest)
    let bytes: Data
    do { bytes = try Data(contentsOf: file) } catch {
      guard contains(digest) else { throw missing(digest) }
      throw BlobError(.storage, "cannot read \(file.path)", cause: error)
    }
    guard Digest(of: bytes) == digest else {
      let aside = file.appendingPathExtension("damaged")
      rename(file.path, aside.path)
      throw BlobError(
        .damaged,
        "\(file.path) is damaged: its bytes have another digest; moved to "
          + aside.lastPathComponent)
    }
    return bytes
  }

  /// A part of a blob: a chunk for a peer, who checks the whole.
  ///
  /// - Throws: `BlobError`.
  func read(_ digest: Digest, from offset: Int, count: Int) throws -> Data {
    let file = file(digest)
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? missing(digest) : storageError("cannot open", file)
    }
    defer { close(descriptor) }
    var part = Data(count: count)
    let found = part.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, count, off_t(offset))
    }
    guard found >= 0 else { throw storageError("cannot read", file) }
    guard found == count else { throw BlobError(.damaged, "\(file.path) has become shorter") }
    return part
  }

  func missing(_ digest: Digest) -> BlobError {
    BlobError(.missing, "blob \(digest.short) is not in \(folder.path)")
  }
}

// Half-written blobs.
extension BlobFolder {
  private var partials: URL { folder.appending(path: "partial") }

  /// A name for a blob that comes in parts.
  func newPartial() -> URL { partials.appending(path: UUID().uuidString) }

  private func removePartials(olderThan date: Date) {
    let files = try? FileManager.default.contentsOfDirectory(
      at: partials, includingPropertiesForKeys: [.contentModificationDateKey])
    for file in files ?? [] {
      let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
      if let changed = values?.contentModificationDate, changed < date { unlink(file.path) }
    }
  }
}
