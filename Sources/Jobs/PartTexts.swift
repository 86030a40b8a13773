import Foundation
import Synchronization

/// The JSON text of a part of a job.
struct PartText: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  init(_ text: String) { bytes = Array(text.utf8) }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

/// Parts of one kind and their canonical texts, each made or read once.
///
/// Equal parts must have equal texts, which a negative zero would break: the configuration's reader
/// makes none.
final class PartTexts<Part: Hashable & Codable & Sendable>: Sendable {
  private struct Known {
    var texts: [Part: PartText] = [:]
    var parts: [PartText: Part] = [:]
    // What was asked for last: neighbours in a plan have most parts in common.
    var lastWritten: (part: Part, text: PartText)?
    var lastRead: (text: PartText, part: Part)?
  }

  private let known = Mutex(Known())

  /// Entries beyond which all are forgotten: a part that is different in each job, of which there
  /// may be millions, must not fill the memory.
  private static var most: Int { 1024 }

  func text(of part: Part) -> PartText {
    let found = known.withLock { known -> PartText? in
      if let last = known.lastWritten, last.part == part { return last.text }
      guard let text = known.texts[part] else { return nil }
      known.lastWritten = (part, text)
      return text
    }
    if let found { return found }
    let text = Self.write(part)
    known.withLock { known in
      if known.texts.count >= Self.most { known.texts.removeAll() }
      known.texts[part] = text
    }
    return text
  }

  func part(of text: PartText) throws -> Part {
    let found = known.withLock { known -> Part? in
      if let last = known.lastRead, last.text == text { return last.part }
      guard let part = known.parts[text] else { return nil }
      known.lastRead = (text, part)
      return part
    }
    if let found { return found }
    let part: Part
    do { part = try JSONDecoder().decode(Part.self, from: Data(text.bytes)) } catch {
      throw CanonicalMembers.malformed("a part cannot be read: \(text.string)", cause: error)
    }
    guard Self.write(part) == text else {
      throw CanonicalMembers.malformed("a part that this release writes otherwise: \(text.string)")
    }
    known.withLock { known in
      if known.parts.count >= Self.most { known.parts.removeAll() }
      known.parts[text] = part
    }
    return part
  }

  private static func write(_ part: Part) -> PartText {
    do { return PartText(try CanonicalJSON().encode(part)) } catch {
      fatalError("a part of a job is always JSON: \(error)")
    }
  }
}
