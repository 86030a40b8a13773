import Errors
import Foundation
import Jobs
import SystemPackage

/// A blob in a temporary file of the folder, whose bytes are complete and have its digest.
/// `BlobFolder.commit` adds it to the folder's blobs.
public struct StagedBlob: Hashable, Sendable {
  /// The digest of the bytes.
  public let digest: Digest
  let partial: URL
}

extension BlobFolder {
  /// Adds staged blobs to the blobs of this folder, durably if the folder is durable.
  ///
  /// Committing several blobs together is faster than committing each by itself, because their
  /// names share a commit of the file system.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed`. Some of the blobs may have been added
  ///   then.
  public func commit(_ staged: [StagedBlob]) throws {
    if isDurable { for blob in staged { try synchronise(blob.partial) } }
    for blob in staged { try move(blob.partial, to: file(blob.digest)) }
    guard isDurable else { return }
    for folder in Set(staged.map { file($0.digest).deletingLastPathComponent() }) {
      try synchronise(folder)
    }
  }

  /// Renames a temporary file, and creates the folder of its new name if it is missing.
  private func move(_ partial: URL, to file: URL) throws {
    try describing("cannot write", file: file) {
      do { try check(rename(partial.path, file.path)) } catch Errno.noSuchFileOrDirectory {
        try makeFolder(file.deletingLastPathComponent(), isDurable: isDurable)
        try check(rename(partial.path, file.path))
      }
    }
  }
}
