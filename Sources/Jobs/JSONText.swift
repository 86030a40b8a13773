/// JSON on its way onto paper: each part is written where it stands, so nothing is put together twice.
/// Numbers and strings have the texts that `JSONEncoder` gives them; that keys ascend is the caller's
/// affair.
public struct JSONText: Sendable {
  /// What is written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet, with room for so many bytes.
  public init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

  /// What stands there as it is: braces and keys.
  public mutating func append(_ text: StaticString) {
    bytes += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// An integer.
  public mutating func append(_ value: some BinaryInteger) { bytes += String(value).utf8 }

  /// `true` or `false`.
  public mutating func append(_ value: Bool) { append(value ? "true" : "false") }

  /// A number; the strings `inf`, `-inf` and `nan` where JSON has none.
  public mutating func append(_ value: Double) {
    if value.isFinite {
      append(finite: value)
    } else {
      append(value.isNaN ? "\"nan\"" : value < 0 ? "\"-inf\"" : "\"inf\"")
    }
  }

  mutating func append(finite value: some BinaryFloatingPoint & CustomStringConvertible) {
    let text = value.description
    bytes += text.utf8
    if text.hasSuffix(".0") { bytes.removeLast(2) }
  }

  /// A string: what must be escaped is, and nothing else.
  public mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { characters in
      var start = 0
      for place in characters.indices where Self.mustBeEscaped(characters[place]) {
        bytes += UnsafeBufferPointer(rebasing: characters[start..<place])
        appendEscaped(characters[place])
        start = place + 1
      }
      bytes += UnsafeBufferPointer(rebasing: characters[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0a: append("\\n")
    case 0x0c: append("\\f")
    case 0x0d: append("\\r")
    default: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
    }
  }

  /// The 64 digits of a digest, as a string.
  public mutating func append(_ digest: Digest) {
    bytes.append(UInt8(ascii: "\""))
    digest.appendDigits(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func append(_ text: some Collection<UInt8>) { bytes += text }

  /// The next member of an object, if there is one.
  mutating func append(_ key: StaticString, _ value: PartText?) {
    guard let value else { return }
    append(bytes.last == UInt8(ascii: "{") ? "\"" : ",\"")
    append(key)
    append("\":")
    append(value.bytes)
  }
}
