/// A job's name: the digest of its canonical form.
public struct JobID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The digest of the job's canonical form.
  public let digest: Digest

  /// Creates a job's name from the digest of its canonical form.
  public init(digest: Digest) { self.digest = digest }

  /// All 64 hexadecimal digits.
  public var description: String { digest.hex }

  /// The first twelve digits, which identify a job in a listing.
  public var short: String { digest.short }

  /// Orders names by their digits.
  public static func < (one: JobID, other: JobID) -> Bool { one.digest < other.digest }

  /// Reads the digest's 64 digits.
  public init(from decoder: any Decoder) throws { digest = try Digest(from: decoder) }

  /// Writes the digest's 64 digits.
  public func encode(to encoder: any Encoder) throws { try digest.encode(to: encoder) }
}
