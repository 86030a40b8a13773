import Crypto
import Foundation

/// A SHA-256 digest. A blob is named by the digest of its bytes, a job by that of its canonical
/// form.
///
/// The 32 bytes are stored in the value itself, because digests are copied, compared and hashed for
/// every message.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  private let words: Words

  /// Four big-endian words of eight bytes each, so that comparing words is comparing digits. A
  /// vector type would align every value with a digest to 32 bytes and leave gaps in it.
  private struct Words: Hashable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var fourth: UInt64 = 0

    subscript(index: Int) -> UInt64 {
      get {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: fourth
        }
      }
      set {
        switch index {
        case 0: first = newValue
        case 1: second = newValue
        case 2: third = newValue
        default: fourth = newValue
        }
      }
    }
  }

  /// Hashes a sequence of bytes.
  public init(of bytes: some DataProtocol) { self.init(SHA256.hash(data: bytes)) }

  init(_ hash: SHA256.Digest) { words = hash.withUnsafeBytes(Self.words) }

  /// Reads 64 lower-case hexadecimal digits; nil for any other text.
  public init?(hex: String) {
    var words = Words()
    var count = 0
    for digit in hex.utf8 {
      guard count < 64, let value = Self.value(of: digit) else { return nil }
      words[count / 16] = words[count / 16] << 4 | value
      count += 1
    }
    guard count == 64 else { return nil }
    self.words = words
  }

  /// Takes 32 bytes; nil for more or fewer.
  public init?(bytes: some ContiguousBytes) {
    let words = bytes.withUnsafeBytes { $0.count == 32 ? Self.words($0) : nil }
    guard let words else { return nil }
    self.words = words
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public var hex: String { digits(64) }

  /// The first twelve digits, which identify a blob or a job in a listing.
  public var short: String { digits(12) }

  /// The digest as 64 hexadecimal digits.
  public var description: String { hex }

  /// The first eight bytes as a big-endian number.
  public var prefix: UInt64 { words[0] }

  /// The 32 bytes of the digest.
  public var bytes: Data {
    var bytes = Data(capacity: 32)
    withBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Appends the 32 bytes.
  func appendBytes(to target: inout [UInt8]) { withBytes { target += $0 } }

  /// Calls `body` with the 32 bytes, which are valid during the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    let bigEndian = (
      words[0].bigEndian, words[1].bigEndian, words[2].bigEndian, words[3].bigEndian
    )
    return try withUnsafeBytes(of: bigEndian, body)
  }

  /// Orders digests by their digits.
  public static func < (one: Digest, other: Digest) -> Bool {
    for index in 0..<4 where one.words[index] != other.words[index] {
      return one.words[index] < other.words[index]
    }
    return false
  }

  private static func words(_ bytes: UnsafeRawBufferPointer) -> Words {
    var words = Words()
    for index in 0..<4 {
      let word = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
      words[index] = UInt64(bigEndian: word)
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
      writeDigits(count, to: buffer)
      return count
    }
  }

  private func writeDigits(_ count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>) {
    for word in 0..<(count + 15) / 16 {
      var rest = words[word]
      for index in 16 * word..<min(16 * word + 16, count) {
        let value = UInt8(truncatingIfNeeded: rest >> 60)
        // The characters 0 to 9 start at 48, and the letters are 39 further. A branch would be
        // mispredicted half of the time.
        buffer[index] = value + 48 + ((9 &- value) >> 7) * 39
        rest <<= 4
      }
    }
  }
}

extension Digest: Codable {
  /// Reads a JSON string of 64 digits; refuses anything else.
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
