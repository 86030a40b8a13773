import Foundation
import Jobs

extension BlobFolder {
  /// Removes every blob that is not referenced. No process may store blobs at the same time.
  ///
  /// - Returns: the number of removed blobs.
  public func removeUnreferenced(keeping isReferenced: (Digest) -> Bool) -> Int {
    names(in: folder).flatMap { names(in: folder.appending(path: $0)) }
      .compactMap { Digest(hex: $0) }
      .count { !isReferenced($0) && unlink(file($0).path) == 0 }
  }

  /// Returns the names in a folder, or none if it is not a folder.
  private func names(in folder: URL) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }
}
