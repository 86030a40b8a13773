import Foundation
import Jobs

/// Limits the size of a folder that is used as a cache.
extension BlobFolder {
  /// The time for which a blob is kept after its last use, because another process may be about to
  /// read it.
  private static let grace: Duration = .seconds(600)

  /// Marks a blob as used now, if the folder holds it.
  public func touch(_ digest: Digest) {
    utimes(file(digest).path, nil)
  }

  /// Removes blobs in the order of their last use, oldest first, until at most `limit` bytes are
  /// left.
  ///
  /// Blobs that are in use or were used in the last ten minutes are kept.
  ///
  /// - Returns: the number of removed bytes.
  @discardableResult
  public func prune(to limit: Int, now: Date, unless isInUse: (Digest) -> Bool) -> Int {
    let all = contents()
    var excess = all.reduce(0) { $0 + $1.size } - limit
    let before = excess
    for blob in all.sorted(by: { $0.used < $1.used }) {
      guard excess > 0, blob.used < now - Self.grace / .seconds(1) else { break }
      guard !isInUse(blob.digest) else { continue }
      remove(blob.digest)
      excess -= blob.size
    }
    return before - excess
  }

  private func contents() -> [(digest: Digest, size: Int, used: Date)] {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let files = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: Array(keys), options: .skipsHiddenFiles)
    return (files?.compactMap { $0 as? URL } ?? []).compactMap { file in
      guard let digest = Digest(hex: file.lastPathComponent),
        let values = try? file.resourceValues(forKeys: keys),
        let size = values.fileSize, let used = values.contentModificationDate
      else { return nil }
      return (digest, size, used)
    }
  }
}
