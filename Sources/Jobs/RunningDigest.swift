import Crypto
import Foundation

/// The digest of bytes that come one part after the other.
public struct RunningDigest: Sendable {
  private var hash = SHA256()

  /// Of no bytes yet.
  public init() {}

  /// Takes in the part that follows.
  public mutating func append(_ bytes: some DataProtocol) { hash.update(data: bytes) }

  /// Of all that has been taken in.
  public var digest: Digest { Digest(hash.finalize()) }
}
