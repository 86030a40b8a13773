import Foundation
import Jobs

/// A message of a blob transfer, in either direction.
///
/// A blob is sent in chunks. The sender sends only as many chunks as the receiver has granted
/// credit for.
public enum BlobMessage: Hashable, Sendable {
  /// Requests up to `credit` chunks of a blob, from byte `offset` on.
  case get(Digest, offset: Int, credit: Int)
  /// Carries at most `WireLimits.chunk` bytes, from byte `offset` on, of a blob of `total` bytes.
  case chunk(Digest, offset: Int, total: Int, bytes: Data)
  /// Answers `get`: the sender does not have the blob.
  case missing(Digest)
  /// Offers a blob. The answer is `proceed`, or `stored` if the receiver has the blob already, or
  /// `rejected`.
  case put(BlobReference)
  /// Answers `put`: requests up to `credit` chunks from byte `offset` on.
  case proceed(Digest, offset: Int, credit: Int)
  /// Confirms that the offered blob is on disk, complete and verified.
  case stored(Digest)
  /// Answers `put`: the receiver does not take the blob.
  case rejected(Digest, reason: String)
}
