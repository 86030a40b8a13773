import Crypto
import Foundation

/// Hashes bytes that arrive in parts.
public struct RunningDigest: Sendable {
  private var hash = SHA256()

  /// Begins with no bytes.
  public init() {}

  /// Hashes the part that follows.
  public mutating func append(_ bytes: some DataProtocol) { hash.update(data: bytes) }

  /// The digest of all bytes so far.
  public var digest: Digest { Digest(hash.finalize()) }
}
