import Crypto
import Foundation

/// The SHA-256 of some bytes: the name of a blob or, of its canonical form, of a job.
///
/// Its bytes lie in the value itself: digests are copied, compared and hashed for every message.
public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// The 32 bytes, eight to a word, the first byte highest: words compare as digits do. No vector: that
  /// would want to lie at multiples of 32 bytes, with gaps in whatever holds a digest.
  private let words: Words

  private struct Words: Hashable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var fourth: UInt64 = 0

    subscript(place: Int) -> UInt64 {
      get {
        switch place {
        case 0: first
        case 1: second
        case 2: third
        default: fourth
        }
      }
      set {
        switch place {
        case 0: first = newValue
        case 1: second = newValue
        case 2: third = newValue
        default: fourth = newValue
        }
      }
    }
  }

  /// The digest of `bytes`.
  public init(of bytes: some DataProtocol) { self.init(SHA256.hash(data: bytes)) }

  init(_ hash: SHA256.Digest) { words = hash.withUnsafeBytes(Self.words) }

  /// A digest from its 64 hexadecimal digits, lower case, or nil where `hex` is anything else.
  public init?(hex: String) {
    var (words, count) = (Words(), 0)
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

  private static func words(_ bytes: UnsafeRawBufferPointer) -> Words {
    var words = Words()
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

  /// Appends the 64 digits.
  func appendDigits(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      writeDigits(64, to: buffer)
      bytes += buffer
    }
  }

  private func digits(_ count: Int) -> String {
    String(unsafeUninitializedCapacity: count) { buffer in
      writeDigits(count, to: buffer)
      return count
    }
  }

  private func writeDigits(_ count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>) {
    for word in 0..<(count + 15) / 16 {
      var rest = words[word]
      for place in 16 * word..<min(16 * word + 16, count) {
        let value = UInt8(truncatingIfNeeded: rest >> 60)
        // Digits are 48 and more, letters 39 above them: without a branch, which would be guessed
        // wrong as often as not.
        buffer[place] = value + 48 + ((9 &- value) >> 7) * 39
        rest <<= 4
      }
    }
  }
}
