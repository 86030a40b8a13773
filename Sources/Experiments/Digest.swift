import Crypto
import Foundation

/// The SHA-256 of some bytes: the name of a blob or, of its canonical form, of a job.
public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The digest of `bytes`.
  public init(of bytes: some DataProtocol) {
    hex = SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// A digest from its 64 hexadecimal digits, or nil where `hex` is anything else.
  public init?(hex: String) {
    let isDigit: (UInt8) -> Bool = { (48...57).contains($0) || (97...102).contains($0) }
    guard hex.utf8.count == 64, hex.utf8.allSatisfy(isDigit) else { return nil }
    self.hex = hex
  }

  /// The first twelve digits: enough for a person.
  public var short: String { String(hex.prefix(12)) }

  /// All 64 digits.
  public var description: String { hex }

  /// Orders digests by their digits.
  public static func < (one: Digest, other: Digest) -> Bool { one.hex < other.hex }

  /// Reads the 64 digits of a JSON string; refuses anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let digest = Digest(hex: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a SHA-256 digest: \(text)")
    }
    self = digest
  }

  /// Writes the 64 digits as a JSON string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
