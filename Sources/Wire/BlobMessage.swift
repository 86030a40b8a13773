import Foundation
import Jobs

/// A message of a blob transfer, in either direction.
///
/// A blob travels in chunks, of which the sender sends no more than the receiver has given credit for.
public enum BlobMessage: Hashable, Sendable {
  /// Requests a blob: up to `credit` chunks from byte `offset` on.
  case get(Digest, offset: Int, credit: Int)
  /// Carries the bytes from `offset` on of a blob of `total` bytes, at most `WireLimits.chunk` of them.
  case chunk(Digest, offset: Int, total: Int, bytes: Data)
  /// Answers `get`: the sender does not have the blob.
  case missing(Digest)
  /// Offers a blob; answered by `proceed`, `stored` (the receiver has it already) or `rejected`.
  case put(BlobReference)
  /// Answers `put`: requests up to `credit` chunks from byte `offset` on.
  case proceed(Digest, offset: Int, credit: Int)
  /// Confirms that the offered blob is on disk, complete and verified.
  case stored(Digest)
  /// Answers `put`: the receiver does not take the blob.
  case rejected(Digest, reason: String)
}
