import Crypto
import Foundation

/// A digest of bytes that arrive in parts.
public struct RunningDigest: Sendable {
  private var hash = SHA256()

  /// Creates the digest of an empty sequence of bytes.
  public init() {}

  /// Appends the next part of the bytes.
  public mutating func append(_ bytes: some DataProtocol) { hash.update(data: bytes) }

  /// The digest of all bytes so far.
  public var digest: Digest { Digest(hash.finalize()) }
}
