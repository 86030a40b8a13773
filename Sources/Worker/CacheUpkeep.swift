import Blobs
import Foundation
import Jobs

/// Keeps the cache below its limit. Looking through it costs, so it is done at the first job and then
/// whenever a sixteenth of the limit has come in.
struct CacheUpkeep {
  private let cache: BlobFolder
  private let limit: Int
  private var grown: Int

  init(of cache: BlobFolder, limit: Int) {
    (self.cache, self.limit, grown) = (cache, limit, limit)
  }

  /// These blobs are about to be used.
  func use(_ digests: [Digest]) { for digest in digests { cache.touch(digest) } }

  /// A blob has come in.
  mutating func grew(by digest: Digest) { grown += cache.size(digest) ?? 0 }

  /// Removes what is too much where it is time to look.
  ///
  /// - Returns: the bytes that were removed.
  mutating func tidyIfDue(unless isInUse: (Digest) -> Bool) -> Int {
    guard grown >= limit / 16 else { return 0 }
    grown = 0
    return cache.prune(to: limit, now: Date(), unless: isInUse)
  }
}
