import Foundation

/// Writes the canonical form of a value: a Protocol Buffers message whose fields are in ascending
/// order, each exactly once, including zeros.
///
/// Protocol Buffers allow many encodings of one message, and libraries may change theirs between
/// releases. This writer's encoding is fixed, so equal values have equal bytes in all releases.
struct CanonicalWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  mutating func write(_ value: Double, field: UInt8) {
    tag(field, type: .fixed64)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func write(_ value: UInt64, field: UInt8) {
    tag(field, type: .variable)
    variable(value)
  }

  /// - Precondition: `value` is not negative.
  mutating func write(_ value: Int, field: UInt8) { write(UInt64(value), field: field) }

  mutating func write(_ value: String, field: UInt8) {
    tag(field, type: .delimited)
    var value = value
    value.withUTF8 { text in
      variable(UInt64(text.count))
      bytes += text
    }
  }

  mutating func write<Word: RawRepresentable<String>>(_ value: Word, field: UInt8) {
    write(value.rawValue, field: field)
  }

  mutating func write(_ value: Digest, field: UInt8) {
    tag(field, type: .delimited)
    variable(32)
    value.appendBytes(to: &bytes)
  }

  mutating func write(_ value: some CanonicalValue, field: UInt8) {
    message(field) { value.write(to: &$0) }
  }

  /// Writes a message; `write` writes its fields.
  mutating func message(_ field: UInt8, write: (inout CanonicalWriter) -> Void) {
    tag(field, type: .delimited)
    let start = bytes.count
    write(&self)
    insertLength(of: bytes.count - start, at: start)
  }

  private mutating func insertLength(of count: Int, at index: Int) {
    guard count >= 0x80 else { return bytes.insert(UInt8(count), at: index) }
    var length = CanonicalWriter(capacity: 4)
    length.variable(UInt64(count))
    bytes.insert(contentsOf: length.bytes, at: index)
  }

  private mutating func tag(_ field: UInt8, type: WireType) {
    bytes.append(CanonicalTag(field, type: type).byte)
  }

  /// Appends a number with seven bits in each byte, the lowest first; the eighth bit of a byte says
  /// that more bytes follow.
  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// A value that has a canonical form.
protocol CanonicalValue {
  /// Writes the fields in ascending order.
  func write(to writer: inout CanonicalWriter)

  /// Reads the fields that `write(to:)` wrote.
  ///
  /// - Throws: `DipperError` of code `jobMalformed`.
  init(from reader: inout CanonicalReader) throws
}

/// The wire types of Protocol Buffers that occur in a canonical form.
enum WireType: UInt8 {
  case variable = 0
  case fixed64 = 1
  case delimited = 2
}

/// The byte before a field: its number, 1 to 15, and its wire type.
struct CanonicalTag: Equatable {
  let byte: UInt8

  init(_ field: UInt8, type: WireType) {
    precondition((1...15).contains(field), "a field's number must fit into one byte with its type")
    byte = field << 3 | type.rawValue
  }
}
