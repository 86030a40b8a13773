/// A public key for CurveZMQ, which identifies a peer.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  /// The 64 lower-case hexadecimal digits of the key.
  public let hex: String

  /// Creates a key from 64 lower-case hexadecimal digits, or returns nil if `hex` is anything else.
  public init?(hex: String) {
    guard let bytes = [UInt8](keyDigits: hex) else { return nil }
    self.init(bytes)
  }

  init(_ bytes: [UInt8]) { hex = bytes.hexadecimal }

  var bytes: [UInt8] { [UInt8](keyDigits: hex) ?? [] }

  /// The first 16 digits of the key, which are enough to distinguish keys.
  public var description: String { String(hex.prefix(16)) }
}

extension [UInt8] {
  /// Reads the 32 bytes of a key from 64 lower-case hexadecimal digits.
  init?(keyDigits hex: String) {
    let digits = Array<UInt8>(hex.utf8)
    guard digits.count == 64 else { return nil }
    let values = digits.compactMap { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    guard values.count == 64 else { return nil }
    self = (0..<32).map { values[2 * $0] << 4 | values[2 * $0 + 1] }
  }

  /// The bytes as lower-case hexadecimal digits.
  var hexadecimal: String {
    let digits = Array<Character>("0123456789abcdef")
    return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
