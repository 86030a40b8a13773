import Foundation
import Jobs

/// What the two ends of a bulk transfer say; either may ask or offer.
///
/// A blob travels in chunks, and no more of them than the receiver has given credit for.
public enum BlobMessage: Hashable, Sendable {
  /// Send this blob: up to `credit` chunks from byte `offset` on.
  case get(Digest, offset: Int, credit: Int)
  /// A part of a blob of `total` bytes, beginning at byte `offset`; at most `WireLimits.chunk`.
  case chunk(Digest, offset: Int, total: Int, bytes: Data)
  /// The blob that was asked for is not here.
  case missing(Digest)
  /// A blob is on offer; answered by `proceed`, `stored` (already there) or `rejected`.
  case put(BlobReference)
  /// Send the offered blob: up to `credit` chunks from byte `offset` on.
  case proceed(Digest, offset: Int, credit: Int)
  /// The offered blob is on disk, whole and verified.
  case stored(Digest)
  /// The offered blob will not be taken.
  case rejected(Digest, reason: String)
}
