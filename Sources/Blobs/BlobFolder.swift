import Experiments
import Foundation

/// Bytes by their digest, as files `aa/aabb...` of a folder. Several processes may share it.
///
/// A blob is written beside, synced and renamed, so a file under a digest is whole; its digest is
/// checked whenever it is read all the same.
public struct BlobFolder: Hashable, Sendable {
  /// The folder.
  public let folder: URL

  /// Uses `folder`; makes it where it is missing.
  ///
  /// - Throws: `BlobError` of code `storage`.
  public init(at folder: URL) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw BlobError(.storage, "cannot make the folder \(folder.path)", cause: error)
    }
  }

  /// Where a blob lies or would lie.
  public func file(_ digest: Digest) -> URL {
    folder.appending(path: String(digest.hex.prefix(2))).appending(path: digest.hex)
  }

  /// Whether the blob is here.
  public func contains(_ digest: Digest) -> Bool {
    FileManager.default.fileExists(atPath: file(digest).path)
  }

  /// The blob's length in bytes, or nil where it is not here.
  public func size(_ digest: Digest) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file(digest).path)
    return attributes?[.size] as? Int
  }

  /// Stores bytes durably; nothing happens where they are here already.
  ///
  /// - Throws: `BlobError` of code `storage`.
  @discardableResult
  public func put(_ bytes: Data) throws -> BlobReference {
    let reference = BlobReference(digest: Digest(of: bytes), size: bytes.count)
    guard size(reference.digest) != bytes.count else { return reference }
    let target = file(reference.digest)
    try writeDurably(bytes, to: target, making: target.deletingLastPathComponent())
    return reference
  }

  /// Removes a blob that is no longer wanted, if it is here.
  public func remove(_ digest: Digest) {
    // What cannot be removed only takes space.
    try? FileManager.default.removeItem(at: file(digest))
  }

  /// The bytes of a blob.
  ///
  /// - Throws: `BlobError` of code `missing`; `damaged` where they do not have the digest (the file is
  ///   then moved aside, so that the blob can be brought again).
  public func get(_ digest: Digest) throws -> Data {
    let file = file(digest)
    guard let bytes = try? Data(contentsOf: file) else {
      throw BlobError(.missing, "blob \(digest.short) is not in \(folder.path)")
    }
    guard Digest(of: bytes) == digest else {
      let aside = file.appendingPathExtension("damaged")
      try? FileManager.default.removeItem(at: aside)
      try? FileManager.default.moveItem(at: file, to: aside)
      throw BlobError(
        .damaged,
        "\(file.path) is damaged: its bytes have another digest; moved to "
          + aside.lastPathComponent)
    }
    return bytes
  }
}

/// Writes a file so that it is either whole under its name or not there: beside, synced, renamed.
///
/// - Throws: `BlobError` of code `storage` that names the file.
public func writeDurably(_ bytes: Data, to file: URL, making folder: URL) throws {
  let beside = folder.appending(path: ".\(UUID().uuidString).partial")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: beside.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let handle = try FileHandle(forWritingTo: beside)
    defer { try? handle.close() }
    try handle.write(contentsOf: bytes)
    try handle.synchronize()
    guard rename(beside.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    // The name is durable once the folder is.
    let parent = try FileHandle(forReadingFrom: folder)
    defer { try? parent.close() }
    try parent.synchronize()
  } catch {
    try? FileManager.default.removeItem(at: beside)
    throw BlobError(
      .storage, "cannot write \(file.path); is the disk full, or the folder read-only?",
      cause: error)
  }
}
