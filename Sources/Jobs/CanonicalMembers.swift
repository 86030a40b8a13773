import Errors
import Foundation

/// The members of a JSON object that is written canonically: keys of plain letters in ascending order,
/// no white space between them. They are taken in their order.
struct CanonicalMembers {
  private let bytes: [UInt8]
  private var place: Int
  /// The next member, if there is one.
  private var next: (key: Range<Int>, value: Range<Int>)?

  /// - Throws: `DipperError` of code `jobMalformed`.
  init(of data: Data) throws {
    bytes = Array(data)
    guard bytes.first == UInt8(ascii: "{") else { throw Self.malformed("it is no JSON object") }
    place = 1
    try advance()
  }

  /// The text of the next member if this is its key.
  mutating func take(_ key: StaticString) throws -> PartText? {
    guard let member = next, has(member.key, key) else { return nil }
    try advance()
    return PartText(bytes[member.value])
  }

  /// The text of the next member, whose key this must be.
  mutating func demand(_ key: StaticString) throws -> PartText {
    guard let text = try take(key) else { throw Self.malformed("\(key) is not where it must be") }
    return text
  }

  /// All must have been taken.
  func finish() throws {
    guard next == nil, place == bytes.count else {
      let rest = next.map { String(decoding: bytes[$0.key], as: UTF8.self) } ?? "more"
      throw Self.malformed("there is \(rest), which this release does not know")
    }
  }

  static func malformed(_ message: String, cause: (any Error)? = nil) -> DipperError {
    DipperError(.jobMalformed, message, cause: cause)
  }

  private func has(_ range: Range<Int>, _ key: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    return bytes[range].elementsEqual(wanted)
  }

  // MARK: reading

  /// Reads `"key":value` and what follows it, a comma or the end.
  private mutating func advance() throws {
    let isFirst = place == 1
    guard place < bytes.count else { throw Self.malformed("it ends too early") }
    let mark = bytes[place]
    if mark == UInt8(ascii: "}") {
      place += 1
      next = nil
      return
    }
    if !isFirst {
      guard mark == UInt8(ascii: ",") else { throw Self.malformed("a comma is missing") }
      place += 1
    }
    let key = try string()
    guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else {
      throw Self.malformed("a colon is missing")
    }
    place += 1
    next = (key.dropFirst().dropLast(), try value())
  }

  /// The range of a string with its quotes.
  private mutating func string() throws -> Range<Int> {
    let start = place
    guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else {
      throw Self.malformed("a string is missing")
    }
    place += 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard place < bytes.count else { throw Self.malformed("a string does not end") }
    place += 1
    return start..<place
  }

  /// The range of a value, up to the comma or brace behind it; what is in it is not looked at.
  private mutating func value() throws -> Range<Int> {
    let start = place
    var depth = 0
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        _ = try string()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return start..<place }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { return start..<place }
      default: break
      }
      place += 1
    }
    throw Self.malformed("a value does not end")
  }
}
