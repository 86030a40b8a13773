import Crypto
import Foundation

/// The SHA-256 of some bytes: the name of a blob or, of its canonical form, of a job.
///
/// Its bytes lie in the value itself: digests are copied, compared and hashed for every message.
public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// The 32 bytes, eight to a word, the first byte highest: words compare as digits do.
  private let words: SIMD4<UInt64>

  /// The digest of `bytes`.
  public init(of bytes: some DataProtocol) { self.init(SHA256.hash(data: bytes)) }

  init(_ hash: SHA256.Digest) { words = hash.withUnsafeBytes(Self.words) }

  /// A digest from its 64 hexadecimal digits, lower case, or nil where `hex` is anything else.
  public init?(hex: String) {
    var (words, count) = (SIMD4<UInt64>.zero, 0)
    for digit in hex.utf8 {
      guard count < 64, let value = Self.value(of: digit) else { return nil }
      words[count / 16] = words[count / 16] << 4 | value
      count += 1
    }
    guard count == 64 else { return nil }
    self.words = words
  }

  /// A digest from its 32 bytes, or nil where there are more or fewer.
  public init?(bytes: Data) {
    guard bytes.count == 32 else { return nil }
    words = bytes.withUnsafeBytes(Self.words)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { digits(64) }

  /// The first twelve digits: enough for a person.
  public var short: String { digits(12) }

  /// All 64 digits.
  public var description: String { hex }

  /// The first eight bytes, the first of them highest.
  public var prefix: UInt64 { words[0] }

  /// The 32 bytes.
  public var bytes: Data {
    var bytes = Data(count: 32)
    bytes.withUnsafeMutableBytes { target in
      for place in 0..<4 {
        target.storeBytes(of: words[place].bigEndian, toByteOffset: 8 * place, as: UInt64.self)
      }
    }
    return bytes
  }

  /// Orders digests by their digits.
  public static func < (one: Digest, other: Digest) -> Bool {
    for place in 0..<4 where one.words[place] != other.words[place] {
      return one.words[place] < other.words[place]
    }
    return false
  }

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

  private static func words(_ bytes: UnsafeRawBufferPointer) -> SIMD4<UInt64> {
    var words = SIMD4<UInt64>.zero
    for place in 0..<4 {
      let word = bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
      words[place] = UInt64(bigEndian: word)
    }
    return words
  }

  private static func value(of digit: UInt8) -> UInt64? {
    switch digit {
    case 48...57: UInt64(digit - 48)
    case 97...102: UInt64(digit - 87)
    default: nil
    }
  }

  private func digits(_ count: Int) -> String {
    String(unsafeUninitializedCapacity: count) { buffer in
      for place in 0..<count {
        let value = UInt8(truncatingIfNeeded: words[place / 16] >> (60 - 4 * (place % 16))) & 15
        buffer[place] = value < 10 ? value + 48 : value + 87
      }
      return count
    }
  }
}
