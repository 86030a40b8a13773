import Errors

/// Reads a canonical form. It accepts exactly the bytes that `CanonicalWriter` writes, so that a
/// value has only one form. Unknown, missing, repeated or misplaced fields are refused.
struct CanonicalReader {
  private let bytes: [UInt8]
  private var index: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.init(bytes, from: 0, to: bytes.count)
  }

  private init(_ bytes: [UInt8], from index: Int, to end: Int) {
    self.bytes = bytes
    self.index = index
    self.end = end
  }

  /// The number of the next field, or nil at the end of the message.
  var nextField: UInt8? { index < end ? bytes[index] >> 3 : nil }

  mutating func double(_ field: UInt8) throws -> Double {
    try expect(field, type: .fixed64)
    guard end - index >= 8 else { throw Self.malformed("it ends within field \(field)") }
    let pattern = bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }
    index += 8
    return Double(bitPattern: UInt64(littleEndian: pattern))
  }

  mutating func unsigned(_ field: UInt8) throws -> UInt64 {
    try expect(field, type: .variable)
    return try variable()
  }

  mutating func integer(_ field: UInt8) throws -> Int {
    guard let value = Int(exactly: try unsigned(field)) else {
      throw Self.malformed("field \(field) is too large")
    }
    return value
  }

  mutating func text(_ field: UInt8) throws -> String {
    let range = try delimited(field)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw Self.malformed("field \(field) is not UTF-8")
    }
    return text
  }

  /// Reads the text of an enumeration's case.
  mutating func word<Word: RawRepresentable<String>>(_ field: UInt8) throws -> Word {
    let text = try text(field)
    guard let word = Word(rawValue: text) else {
      throw Self.malformed("`\(text)` is not a \(Word.self) of this release")
    }
    return word
  }

  mutating func digest(_ field: UInt8) throws -> Digest {
    guard let digest = Digest(bytes: bytes[try delimited(field)]) else {
      throw Self.malformed("field \(field) is no digest")
    }
    return digest
  }

  mutating func value<Value: CanonicalValue>(_ field: UInt8) throws -> Value {
    try message(field) { try Value(from: &$0) }
  }

  /// Reads the value of a field that may be absent.
  mutating func optional<Value: CanonicalValue>(_ field: UInt8) throws -> Value? {
    nextField == field ? try value(field) : nil
  }

  /// Reads the values of a repeated field.
  mutating func values<Value: CanonicalValue>(_ field: UInt8) throws -> [Value] {
    var values: [Value] = []
    while nextField == field { values.append(try value(field)) }
    return values
  }

  /// Reads a message; `read` reads its fields.
  mutating func message<Value>(
    _ field: UInt8, read: (inout CanonicalReader) throws -> Value
  ) throws -> Value {
    let range = try delimited(field)
    var reader = CanonicalReader(bytes, from: range.lowerBound, to: range.upperBound)
    let value = try read(&reader)
    try reader.finish()
    return value
  }

  /// Refuses bytes behind the last field.
  func finish() throws {
    guard index == end else {
      throw Self.malformed("field \(nextField ?? 0) is unknown to this release or misplaced")
    }
  }

  static func malformed(_ reason: String) -> DipperError {
    DipperError(.jobMalformed, "the bytes are no job of this release: \(reason)")
  }

  private mutating func expect(_ field: UInt8, type: WireType) throws {
    guard index < end, bytes[index] == CanonicalTag(field, type: type).byte else {
      throw Self.malformed("field \(field) is missing or misplaced")
    }
    index += 1
  }

  private mutating func delimited(_ field: UInt8) throws -> Range<Int> {
    try expect(field, type: .delimited)
    guard let count = Int(exactly: try variable()), count <= end - index else {
      throw Self.malformed("it ends within field \(field)")
    }
    defer { index += count }
    return index..<index + count
  }

  /// Reads a number of variable length; a longer encoding than necessary is refused.
  private mutating func variable() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard index < end else { throw Self.malformed("it ends within a number") }
      let byte = bytes[index]
      index += 1
      let part = UInt64(byte & 0x7f)
      guard (part << shift) >> shift == part, byte != 0 || shift == 0 else { break }
      value |= part << shift
      if byte < 0x80 { return value }
    }
    throw Self.malformed("a number is too long")
  }
}
