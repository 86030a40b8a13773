import Dispatch
import Errors
import Foundation
import Jobs
import SystemPackage

/// A folder of blobs. A blob is a sequence of bytes in a file named by its digest, `aa/aabb...`.
/// Several processes may share the folder.
///
/// A blob is written to a temporary file, synchronised with the disk (unless the folder is a cache)
/// and renamed, so that a file named by a digest is complete. The digest is still checked each time
/// that a whole blob is read.
public struct BlobFolder: Hashable, Sendable {
  /// The location of the folder.
  public let folder: URL
  /// True if a stored blob survives a power failure.
  public let isDurable: Bool

  /// The age above which a temporary file is assumed to belong to no running process.
  private static let longestTransfer: Duration = .seconds(86_400)

  /// Opens a folder, creates it if it is missing, and removes temporary files that earlier
  /// processes have left.
  ///
  /// - Parameters:
  ///   - folder: the location of the folder.
  ///   - isDurable: false for a cache, which does not wait for the disk. A power failure may damage
  ///     its blobs, which is noticed by their digests, and they are fetched again.
  ///   - now: the present time, from which the age of temporary files is computed.
  /// - Throws: `DipperError` of code `blobStorageFailed`.
  public init(at folder: URL, isDurable: Bool = true, now: Date = Date()) throws {
    self.folder = folder
    self.isDurable = isDurable
    try makeFolder(partials)
    removePartials(olderThan: now - Self.longestTransfer / .seconds(1))
  }

  /// Returns the file of a blob, which need not exist.
  public func file(_ digest: Digest) -> URL {
    folder.appending(path: String(digest.hex.prefix(2))).appending(path: digest.hex)
  }

  /// Returns true if the folder holds the blob.
  public func contains(_ digest: Digest) -> Bool { size(digest) != nil }

  /// Returns the blob's length in bytes, or nil if the folder does not hold it.
  public func size(_ digest: Digest) -> Int? {
    (try? Stat(file(digest).path)).map { Int($0.size) }
  }

  // MARK: Writing

  /// Stores bytes, durably unless the folder is a cache. It does nothing if the folder has them
  /// already.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed`.
  @discardableResult
  public func put(_ bytes: Data) throws -> BlobReference {
    let reference = BlobReference(digest: Digest(of: bytes), size: bytes.count)
    guard !holds(bytes, as: reference) else { return reference }
    let partial = newPartial()
    do {
      try write(bytes, to: partial)
      try commit([StagedBlob(digest: reference.digest, partial: partial)])
    } catch {
      unlink(partial.path)
      throw error
    }
    return reference
  }

  private func holds(_ bytes: Data, as reference: BlobReference) -> Bool {
    size(reference.digest) == bytes.count
      && (try? Data(contentsOf: file(reference.digest))) == bytes
  }

  /// Removes a blob, if the folder holds it.
  ///
  /// It renames the file first and unlinks it on a background queue: freeing the blocks of a large
  /// checkpoint takes milliseconds, in which the caller could not schedule.
  public func remove(_ digest: Digest) {
    let renamed = newPartial()
    guard rename(file(digest).path, renamed.path) == 0 else {
      return _ = unlink(file(digest).path)
    }
    Self.removals.async { unlink(renamed.path) }
  }

  private static let removals = DispatchQueue(label: "blobs.removals")

  // MARK: Reading

  /// Reads a blob and checks its digest. A damaged file is renamed, so that the blob can be stored
  /// again.
  ///
  /// - Throws: `DipperError` of code `blobMissing`, `blobDamaged` or `blobStorageFailed`.
  public func get(_ digest: Digest) throws -> Data {
    let file = file(digest)
    let bytes: Data
    do { bytes = try Data(contentsOf: file) } catch {
      guard contains(digest) else { throw missing(digest) }
      throw DipperError(.blobStorageFailed, "cannot read \(file.path)", cause: error)
    }
    guard Digest(of: bytes) == digest else {
      let damaged = file.appendingPathExtension("damaged")
      rename(file.path, damaged.path)
      throw DipperError(
        .blobDamaged,
        "\(file.path) is damaged: its bytes have another digest; moved to "
          + damaged.lastPathComponent)
    }
    return bytes
  }

  /// Reads a part of a blob without checking it. The receiver checks the digest of the whole.
  ///
  /// - Throws: `DipperError` of code `blobMissing`, `blobDamaged` if the file is too short, or
  ///   `blobStorageFailed`.
  func read(_ digest: Digest, from offset: Int, count: Int) throws -> Data {
    let file = file(digest)
    let descriptor = try open(digest)
    var part = Data(count: count)
    let found = try describing("cannot read", file: file) {
      try descriptor.closeAfter {
        try part.withUnsafeMutableBytes {
          try descriptor.read(fromAbsoluteOffset: Int64(offset), into: $0)
        }
      }
    }
    guard found == count else {
      throw DipperError(.blobDamaged, "\(file.path) has become shorter")
    }
    return part
  }

  private func open(_ digest: Digest) throws -> FileDescriptor {
    let file = file(digest)
    return try describing("cannot open", file: file) {
      do {
        return try FileDescriptor.open(file.path, .readOnly, options: .closeOnExec)
      } catch Errno.noSuchFileOrDirectory {
        throw missing(digest)
      }
    }
  }

  func missing(_ digest: Digest) -> DipperError {
    DipperError(.blobMissing, "blob \(digest.short) is not in \(folder.path)")
  }

  // MARK: Temporary files

  private var partials: URL { folder.appending(path: "partial") }

  /// Returns a new name for a temporary file.
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
