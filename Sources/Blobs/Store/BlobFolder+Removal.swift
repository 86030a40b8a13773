import Foundation
import Jobs

extension BlobFolder {
  /// Removes every blob but those that are wanted. Nobody may be storing blobs here.
  ///
  /// - Returns: how many were removed.
  public func removeAll(unless isWanted: (Digest) -> Bool) -> Int {
    names(in: folder).flatMap { names(in: folder.appending(path: $0)) }
      .compactMap { Digest(hex: $0) }
      .count { !isWanted($0) && unlink(file($0).path) == 0 }
  }

  private func names(in folder: URL) -> [String] {
    // What is no folder has no names.
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }
}
