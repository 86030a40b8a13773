import Errors
import Experiments
import Foundation
import Jobs

/// The id of a volume: its name in characters that data sets allow in file names.
///
/// Letters without accents, digits, `-`, `_` and `.` stand for themselves. Every run of other
/// characters is written as `_x`, the hexadecimal numbers of its bytes in UTF-8, and `_`: `p é 1`
/// is `p_x20C3A920_1`. So is a `.` at the start, and a `_` that would be read as the start of such
/// a run. The name can be read back, and different names have different ids. Only an id of more
/// than `limit` characters is cut, and ends in the name's digest.
struct VolumeID {
  /// The largest number of characters; a case adds the number of its slice.
  static let limit = 80

  let text: String

  /// Encodes a name.
  ///
  /// - Parameter escapesCapitals: whether letters in upper case are written as other characters
  ///   are, so that the ids of two names that differ only in case differ otherwise too.
  init(_ name: String, escapesCapitals: Bool = false) {
    let bytes = Array(name.utf8)
    var text = ""
    var run: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      let isWrittenByNumber =
        isEscaped(byte, escapesCapitals: escapesCapitals) || startsEscape(bytes[index...])
        || index == 0 && byte == UInt8(ascii: ".")
      if isWrittenByNumber {
        run.append(byte)
      } else {
        text += escaped(run) + String(Unicode.Scalar(byte))
        run = []
      }
    }
    text += escaped(run)
    if text.isEmpty { text = "volume" }
    self.text = text.count <= Self.limit ? text : cut(text, name: name)
  }
}

/// Tells whether a byte is written by its number.
private func isEscaped(_ byte: UInt8, escapesCapitals: Bool) -> Bool {
  !isFileName("x" + String(Unicode.Scalar(byte))) || escapesCapitals && (65...90).contains(byte)
}

/// Returns `_x`, the hexadecimal numbers of bytes, and `_`; nothing for no bytes.
private func escaped(_ bytes: [UInt8]) -> String {
  bytes.isEmpty ? "" : "_x" + bytes.map { String(format: "%02X", $0) }.joined() + "_"
}

/// Tells whether bytes begin with `_x` and two hexadecimal digits, in upper or lower case.
private func startsEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
  let start = String(decoding: bytes.prefix(4), as: UTF8.self)
  return start.wholeMatch(of: /_[xX][0-9A-Fa-f]{2}/) != nil
}

/// Returns the start of an id with the first digits of the name's digest.
private func cut(_ text: String, name: String) -> String {
  let digest = Digest(of: Data(name.utf8)).description.prefix(12)
  return text.prefix(VolumeID.limit - 13) + "_\(digest)"
}

/// Returns the pairs with ids that are usable as file names, differ in more than upper and lower
/// case, and depend on the names alone; and with the patients that the request's pattern finds.
///
/// - Throws: `DipperError` of code `importRequestInvalid` if the pattern is invalid or finds no
///   group.
func withIDs(_ volumes: [VolumePair], for request: ImportRequest) throws -> [VolumePair] {
  let plain = Dictionary(grouping: volumes) { VolumeID($0.id).text.lowercased() }
  let pattern = try request.patientPattern.map { try PatientPattern($0) }
  return try volumes.map { volume in
    var named = volume
    let id = VolumeID(volume.id)
    let isAlone = plain[id.text.lowercased()]?.count == 1
    named.id = isAlone ? id.text : VolumeID(volume.id, escapesCapitals: true).text
    named.name = named.id == volume.id ? nil : volume.id
    if let pattern { named.patient = try pattern.patient(in: volume.id) }
    return named
  }
}

/// A regular expression whose first group is the patient's name.
private struct PatientPattern {
  private let text: String
  private let expression: Regex<AnyRegexOutput>

  init(_ text: String) throws {
    self.text = text
    guard let expression = try? Regex(text) else {
      throw DipperError(
        .importRequestInvalid, "the patient pattern `\(text)` is not a regular expression")
    }
    self.expression = expression
  }

  func patient(in name: String) throws -> String {
    guard let match = name.firstMatch(of: expression), match.output.count > 1,
      let patient = match.output[1].substring
    else {
      throw DipperError(
        .importRequestInvalid,
        "the patient pattern `\(text)` finds no group in `\(name)`; it needs one, as in "
          + "`^(P[0-9]+)`")
    }
    return String(patient)
  }
}
