import Foundation

/// JSON with sorted keys and no white space, byte for byte as `JSONEncoder` writes it.
///
/// A coordinator names and sends thousands of jobs a second, and in a profile of that Foundation's
/// encoder took twice as long. Coding paths are not kept: nothing here looks at them.
public struct CanonicalJSON: Sendable {
  /// An encoder.
  public init() {}

  /// The bytes of `value`.
  ///
  /// - Throws: `EncodingError` where a number is none that JSON has; whatever the value's own `encode`
  ///   throws.
  public func encode(_ value: some Encodable) throws -> Data {
    let sheet = Sheet()
    let content = try sheet.content(of: value)
    var text = JSONText(capacity: 2 * sheet.text.bytes.count)
    content.write(from: sheet.text, to: &text)
    return Data(text.bytes)
  }
}

/// The texts of all scalars of a value, one behind the other.
private final class Sheet {
  private(set) var text = JSONText()

  func content<Value: Encodable>(of value: Value) throws -> Content {
    if Value.self == Digest.self, let digest = value as? Digest {
      return note { $0.append(digest) }
    }
    let encoder = ValueEncoder(self)
    try value.encode(to: encoder)
    return encoder.content
  }

  /// The place of what `write` appends.
  func note(_ write: (inout JSONText) -> Void) -> Content {
    let start = text.bytes.count
    write(&text)
    return .text(start..<text.bytes.count)
  }

  func null() -> Content { note { $0.append("null") } }

  func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) throws -> Content {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: [], debugDescription: "\(value) is not in JSON"))
    }
    return note { $0.append(finite: value) }
  }
}

/// A part of a value, and where its text is.
private enum Content {
  case text(Range<Int>)
  case object(Members)
  case array(Elements)
  /// What an encoder that was handed out will have been told by the end.
  case later(ValueEncoder)

  func write(from sheet: JSONText, to text: inout JSONText) {
    switch self {
    case .text(let range): text.append(sheet.bytes[range])
    case .object(let members): members.write(from: sheet, to: &text)
    case .array(let elements):
      text.append("[")
      for (place, element) in elements.all.enumerated() {
        if place > 0 { text.append(",") }
        element.write(from: sheet, to: &text)
      }
      text.append("]")
    case .later(let encoder): encoder.content.write(from: sheet, to: &text)
    }
  }
}

/// An object's members. By reference: its container may go on after its parent's.
private final class Members {
  var all: [(key: String, content: Content)] = []

  func append(_ key: some CodingKey, _ content: Content) { all.append((key.stringValue, content)) }

  func write(from sheet: JSONText, to text: inout JSONText) {
    text.append("{")
    for (place, member) in all.sorted(by: { $0.key < $1.key }).enumerated() {
      if place > 0 { text.append(",") }
      text.append(quoted: member.key)
      text.append(":")
      member.content.write(from: sheet, to: &text)
    }
    text.append("}")
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

  func encodeNil(forKey key: Key) { members.append(key, sheet.null()) }
  func encode(_ value: Bool, forKey key: Key) {
    members.append(key, sheet.note { $0.append(value) })
  }
  func encode(_ value: String, forKey key: Key) {
    members.append(key, sheet.note { $0.append(quoted: value) })
  }
  func encode(_ value: Int, forKey key: Key) {
    members.append(key, sheet.note { $0.append(value) })
  }
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

  func encodeNil() { elements.all.append(sheet.null()) }
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

  func encodeNil() { encoder.become(sheet.null()) }
  func encode(_ value: Bool) { encoder.become(sheet.note { $0.append(value) }) }
  func encode(_ value: String) { encoder.become(sheet.note { $0.append(quoted: value) }) }
  func encode(_ value: Double) throws { encoder.become(try sheet.number(value)) }
  func encode(_ value: Float) throws { encoder.become(try sheet.number(value)) }

  func encode(_ value: some Encodable) throws {
    if let integer = value as? any BinaryInteger {
      encoder.become(sheet.note { $0.append(integer) })
    } else {
      encoder.become(try sheet.content(of: value))
    }
  }
}
