import Foundation

/// JSON with sorted keys and no white space, byte for byte as `JSONEncoder` writes it.
///
/// A coordinator names, records and sends thousands of jobs a second, and in a profile of that
/// Foundation's encoder took twice as long. Coding paths are not kept: nothing here looks at them.
public struct CanonicalJSON: Sendable {
  /// What becomes of a number that JSON does not have.
  public enum NonFinite: Hashable, Sendable {
    /// `EncodingError`.
    case refused
    /// The strings `inf`, `-inf` and `nan`.
    case text
  }

  private let nonFinite: NonFinite

  /// An encoder.
  public init(nonFinite: NonFinite = .refused) { self.nonFinite = nonFinite }

  /// The bytes of `value`.
  ///
  /// - Throws: `EncodingError`; whatever the value's own `encode` throws.
  public func encode(_ value: some Encodable) throws -> Data {
    let sheet = Sheet(nonFinite)
    let content = try sheet.content(of: value)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * sheet.bytes.count)
    content.write(from: sheet.bytes, to: &bytes)
    return Data(bytes)
  }
}

/// The texts of all scalars of a value, one behind the other.
private final class Sheet {
  var bytes: [UInt8] = []
  private let nonFinite: CanonicalJSON.NonFinite

  init(_ nonFinite: CanonicalJSON.NonFinite) {
    self.nonFinite = nonFinite
    bytes.reserveCapacity(1024)
  }

  func content<Value: Encodable>(of value: Value) throws -> Content {
    if Value.self == Job.self, let job = value as? Job { return text(job.canonicalForm) }
    if Value.self == JobID.self, let name = value as? JobID { return quoted(name.digest.hex) }
    if Value.self == Digest.self, let digest = value as? Digest { return quoted(digest.hex) }
    let encoder = ValueEncoder(self)
    try value.encode(to: encoder)
    return encoder.content
  }

  func text(_ value: some StringProtocol) -> Content { text(value.utf8) }

  func text(_ value: some Collection<UInt8>) -> Content {
    let start = bytes.count
    bytes += value
    return .text(start..<bytes.count)
  }

  func quoted(_ value: String) -> Content {
    let start = bytes.count
    appendQuoted(value, to: &bytes)
    return .text(start..<bytes.count)
  }

  func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) throws -> Content {
    guard value.isFinite else { return try notFinite(value) }
    let text = value.description
    return self.text(text.hasSuffix(".0") ? text.dropLast(2) : text[...])
  }

  private func notFinite(_ value: some BinaryFloatingPoint) throws -> Content {
    guard nonFinite == .text else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: [], debugDescription: "\(value) is not in JSON"))
    }
    return quoted(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
  }
}

/// A part of a value, and where its text is.
private enum Content {
  case text(Range<Int>)
  case object(Members)
  case array(Elements)
  /// What an encoder that was handed out will have been told by the end.
  case later(ValueEncoder)

  func write(from sheet: [UInt8], to bytes: inout [UInt8]) {
    switch self {
    case .text(let range): bytes += sheet[range]
    case .object(let members): members.write(from: sheet, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (place, element) in elements.all.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(from: sheet, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .later(let encoder): encoder.content.write(from: sheet, to: &bytes)
    }
  }
}

/// An object's members. By reference: its container may go on after its parent's.
private final class Members {
  var all: [(key: String, content: Content)] = []

  func append(_ key: some CodingKey, _ content: Content) { all.append((key.stringValue, content)) }

  func write(from sheet: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (place, member) in all.sorted(by: { $0.key < $1.key }).enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      appendQuoted(member.key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      member.content.write(from: sheet, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

private final class Elements {
  var all: [Content] = []
}

private final class ValueEncoder: Encoder {
  /// An empty object, as Foundation has it, until something else is said.
  private(set) lazy var content = Content.object(Members())
  private let sheet: Sheet
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  init(_ sheet: Sheet) { self.sheet = sheet }

  func container<Key>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let members = Members()
    content = .object(members)
    return KeyedEncodingContainer(KeyedContainer(members: members, sheet: sheet))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let elements = Elements()
    content = .array(elements)
    return UnkeyedContainer(elements: elements, sheet: sheet)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleContainer(encoder: self, sheet: sheet)
  }

  fileprivate func become(_ content: Content) { self.content = content }
}

// In each container the scalars that occur are written at once; a generic function does for all
// others, which come to the single container.

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let members: Members
  let sheet: Sheet
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { members.append(key, sheet.text("null")) }
  func encode(_ value: Bool, forKey key: Key) { members.append(key, sheet.text("\(value)")) }
  func encode(_ value: String, forKey key: Key) { members.append(key, sheet.quoted(value)) }
  func encode(_ value: Int, forKey key: Key) { members.append(key, sheet.text("\(value)")) }
  func encode(_ value: Double, forKey key: Key) throws {
    members.append(key, try sheet.number(value))
  }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    members.append(key, try sheet.content(of: value))
  }

  func nestedContainer<Inner>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> {
    let inner = Members()
    members.append(key, .object(inner))
    return KeyedEncodingContainer(KeyedContainer<Inner>(members: inner, sheet: sheet))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let inner = Elements()
    members.append(key, .array(inner))
    return UnkeyedContainer(elements: inner, sheet: sheet)
  }

  func superEncoder() -> any Encoder { encoder(for: SuperKey()) }
  func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

  private func encoder(for key: some CodingKey) -> any Encoder {
    let encoder = ValueEncoder(sheet)
    members.append(key, .later(encoder))
    return encoder
  }
}

private struct SuperKey: CodingKey {
  let stringValue = "super"
  let intValue: Int? = nil
  init() {}
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let elements: Elements
  let sheet: Sheet
  var codingPath: [any CodingKey] { [] }
  var count: Int { elements.all.count }

  func encodeNil() { elements.all.append(sheet.text("null")) }
  func encode(_ value: some Encodable) throws { elements.all.append(try sheet.content(of: value)) }

  func nestedContainer<Inner>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
    let inner = Members()
    elements.all.append(.object(inner))
    return KeyedEncodingContainer(KeyedContainer<Inner>(members: inner, sheet: sheet))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let inner = Elements()
    elements.all.append(.array(inner))
    return UnkeyedContainer(elements: inner, sheet: sheet)
  }

  func superEncoder() -> any Encoder {
    let encoder = ValueEncoder(sheet)
    elements.all.append(.later(encoder))
    return encoder
  }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let encoder: ValueEncoder
  let sheet: Sheet
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { encoder.become(sheet.text("null")) }
  func encode(_ value: Bool) { encoder.become(sheet.text("\(value)")) }
  func encode(_ value: String) { encoder.become(sheet.quoted(value)) }
  func encode(_ value: Double) throws { encoder.become(try sheet.number(value)) }
  func encode(_ value: Float) throws { encoder.become(try sheet.number(value)) }

  func encode(_ value: some Encodable) throws {
    if let integer = value as? any BinaryInteger {
      encoder.become(sheet.text("\(integer)"))
    } else {
      encoder.become(try sheet.content(of: value))
    }
  }
}

/// JSON's string: what must be escaped is, and nothing else.
private func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\""))
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0x08: bytes += "\\b".utf8
    case 0x09: bytes += "\\t".utf8
    case 0x0a: bytes += "\\n".utf8
    case 0x0c: bytes += "\\f".utf8
    case 0x0d: bytes += "\\r".utf8
    case ..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
    default: bytes.append(byte)
    }
  }
  bytes.append(UInt8(ascii: "\""))
}
