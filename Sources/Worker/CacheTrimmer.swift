import Blobs
import Jobs
import Foundation

/// Keeps the cache below its size limit.
///
/// Listing the cache is slow. The trimmer does it before the first job, and again each time that
/// blobs of a sixteenth of the limit have been added.
struct CacheTrimmer {
  private let cache: BlobFolder
  private let limit: Int
  private var addedBytes: Int

  /// Creates a trimmer for a cache.
  ///
  /// - Parameter limit: the size in bytes above which unused blobs are removed, oldest first.
  init(_ cache: BlobFolder, limit: Int) {
    self.cache = cache
    self.limit = limit
    addedBytes = limit
  }

  /// Marks blobs as recently used, so that they are removed last.
  func touch(_ digests: [Digest]) { for digest in digests { cache.touch(digest) } }

  /// Adds the size of a blob that was added to the cache.
  mutating func didAdd(_ digest: Digest) { addedBytes += cache.size(digest) ?? 0 }

  /// Removes the oldest unused blobs above the limit, if a sixteenth of the limit has been added
  /// since the last time.
  ///
  /// - Returns: the number of bytes that were removed.
  mutating func trimIfDue(unless isInUse: (Digest) -> Bool) -> Int {
    guard addedBytes >= limit / 16 else { return 0 }
    addedBytes = 0
    return cache.prune(to: limit, now: Date(), unless: isInUse)
  }
}
