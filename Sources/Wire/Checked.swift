import Errors
import Foundation
import Jobs

/// Checks the parts of a message against their limits. Every error names the part.
enum Checked {
  static func integer(
    _ value: UInt64, named field: String, in range: ClosedRange<Int> = 0...Int.max
  ) throws -> Int {
    guard let integer = Int(exactly: value), range.contains(integer) else {
      throw DipperError(.messageOutOfLimits, "\(field) is \(value), outside \(range)")
    }
    return integer
  }

  static func seconds(_ value: Double, named field: String) throws -> Double {
    guard value >= 0, value <= WireLimits.seconds else {
      throw DipperError(.messageOutOfLimits, "\(field) is \(value), no duration in seconds")
    }
    return value
  }

  static func text(_ value: String, named field: String, limit: Int) throws -> String {
    guard value.utf8.count <= limit else {
      throw DipperError(
        .messageOutOfLimits, "\(field) has \(value.utf8.count) bytes, more than \(limit)")
    }
    return value
  }

  static func count(_ value: Int, named field: String, limit: Int) throws {
    guard value <= limit else {
      throw DipperError(.messageOutOfLimits, "\(field) has \(value) entries, more than \(limit)")
    }
  }

  static func nonEmpty<Entry>(_ entries: [Entry], named field: String, limit: Int) throws -> [Entry]
  {
    try count(entries.count, named: field, limit: limit)
    guard !entries.isEmpty else { throw DipperError(.messageMalformed, "there are no \(field)") }
    return entries
  }

  static func metrics(_ values: [String: Double]) throws -> [String: Double] {
    try count(values.count, named: "metrics", limit: WireLimits.entries)
    for name in values.keys { _ = try text(name, named: "a metric's name", limit: WireLimits.name) }
    return values
  }

  static func fingerprint(_ entries: [String: String]) throws -> [String: String] {
    try count(entries.count, named: "the fingerprint", limit: WireLimits.entries)
    for (name, entry) in entries {
      _ = try text(name, named: "a name in the fingerprint", limit: WireLimits.name)
      _ = try text(entry, named: "the fingerprint's \(name)", limit: WireLimits.text)
    }
    return entries
  }

  static func job(_ bytes: Data) throws -> JobID {
    JobID(digest: try digest(bytes, named: "the job's name"))
  }

  static func digest(_ bytes: Data, named field: String) throws -> Digest {
    guard let digest = Digest(bytes: bytes) else {
      throw DipperError(.messageMalformed, "\(field) has \(bytes.count) bytes; a SHA-256 has 32")
    }
    return digest
  }
}

extension String {
  /// Returns the longest prefix of at most `limit` UTF-8 bytes.
  func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    // The end of a slice is rounded down to a whole Unicode scalar.
    return String(self[..<utf8.index(utf8.startIndex, offsetBy: limit)])
  }
}
