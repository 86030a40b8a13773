import Errors
import Foundation
import Imaging

/// The text header of an NRRD or MetaImage file: lines, each with a field's name and value.
struct HeaderText {
  /// The name of the file in errors.
  var name: String
  /// The values by the names of their fields in lower case and without spaces.
  private(set) var fields: [String: String] = [:]

  init(name: String) { self.name = name }

  /// Adds a field.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if the field is there already.
  mutating func add(_ field: Substring, value: Substring) throws {
    let key = field.lowercased().filter { !$0.isWhitespace }
    guard fields.updateValue(value.trimmed, forKey: key) == nil else {
      throw DipperError(.imageMalformed, "\(name) has a damaged header: \(key) is there twice")
    }
  }

  subscript(_ keys: String...) -> String? { keys.lazy.compactMap { fields[$0] }.first }

  /// The words of a field; nil if it is missing.
  func words(_ keys: String...) -> [Substring]? {
    keys.lazy.compactMap { fields[$0] }.first?.split(whereSeparator: \.isWhitespace)
  }

  /// Returns the numbers of a field; nil if it is missing.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if a word is no number.
  func numbers(_ keys: String...) throws -> [Double]? {
    for key in keys {
      guard let value = fields[key] else { continue }
      return try value.split(whereSeparator: \.isWhitespace).map { word in
        guard let number = Double(word) else { throw damaged(key) }
        return number
      }
    }
    return nil
  }

  /// Returns the positive whole numbers of a field that must be there.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  func sizes(_ key: String) throws -> [Int] {
    let words = words(key) ?? []
    let sizes = words.compactMap { Int($0) }.filter { $0 > 0 }
    guard !sizes.isEmpty, sizes.count == words.count else { throw damaged(key) }
    return sizes
  }

  /// Returns the error about a field that is missing or damaged.
  func damaged(_ key: String) -> DipperError {
    DipperError(
      .imageMalformed,
      "\(name) has a damaged header: \(key) "
        + (fields[key].map { "is \($0.prefix(40).debugDescription)" } ?? "is missing"))
  }

  func unsupported(_ reason: String) -> DipperError {
    DipperError(.imageUnsupported, "\(name) \(reason)")
  }
}

extension Substring {
  /// The text without white space at its ends.
  var trimmed: String { String(self).trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// Splits the start of a file into lines of text.
struct HeaderLines {
  private let bytes: Data
  /// The offset after the last line that was read.
  private(set) var offset = 0
  /// The largest length of a header, in bytes.
  private static let limit = 1 << 22

  init(_ bytes: Data) { self.bytes = bytes.prefix(Self.limit) }

  /// Reads the next line, without its end; nil at the end of the file or of the largest header.
  mutating func next() -> Substring? {
    guard offset < bytes.count else { return nil }
    let rest = bytes.dropFirst(offset)
    let end = rest.firstIndex(of: 0x0a)
    let line = rest[rest.startIndex..<(end ?? rest.endIndex)]
    offset += line.count + (end == nil ? 0 : 1)
    let text = String(decoding: line, as: UTF8.self)
    return text.hasSuffix("\r") ? text.dropLast() : Substring(text)
  }
}
