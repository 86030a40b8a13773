import Foundation

/// The header of an image whose voxels are in other files: MetaImage (`.mhd`), NRRD (`.nhdr`) or
/// the pair of NIfTI and Analyze (`.hdr`).
struct HeaderFile {
  /// The path of the header, relative to the source.
  let path: String
  /// The first bytes of the header.
  let bytes: Data

  /// The number of bytes of a header that are looked at; one that lists the file of every slice is
  /// long.
  static let length = 1 << 20

  /// The paths of the files that hold the voxels, relative to the source; nil if the header names
  /// none. A pair of NIfTI or Analyze names none: its voxels are in the `.img` of the same name.
  var voxels: [String]? {
    switch FileName(path).ending {
    case "hdr": ["\(path.dropLast(4)).img"]
    case "mhd": named(after: ["elementdatafile", "="])
    default: named(after: ["data file", ":"]) ?? named(after: ["datafile", ":"])
    }
  }

  private var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Returns the paths that a header gives after a key, which is not case-sensitive, and the mark
  /// that follows it.
  private func named(after key: [String]) -> [String]? {
    let lines = lines
    for (index, line) in lines.enumerated() where line.lowercased().hasPrefix(key[0]) {
      let rest = line.dropFirst(key[0].count).drop { $0 == " " || $0 == "\t" }
      guard rest.hasPrefix(key[1]) else { continue }
      let value = rest.dropFirst().drop { $0 == "=" }.trimmingCharacters(in: .whitespaces)
      return files(value, below: lines[(index + 1)...]).map(resolved)
    }
    return nil
  }

  /// Returns the file names that a value stands for: one name; a pattern such as `%03d.raw 1 20 1`;
  /// or `LIST`, with one name on each line below.
  private func files(_ value: String, below lines: ArraySlice<String>) -> [String] {
    let words = value.split(separator: " ").map(String.init)
    if words.first?.uppercased() == "LIST" { return Array(lines) }
    guard words.count >= 3, words[0].contains("%"), let first = Int(words[1]),
      let last = Int(words[2]), (0...100_000).contains(last - first)
    else { return [value] }
    let step = words.count > 3 ? Int(words[3]) ?? 1 : 1
    return stride(from: first, through: last, by: max(1, step)).map { numbered(words[0], $0) }
  }

  /// Returns the path, relative to the source, of a file beside this header.
  private func resolved(_ name: String) -> String {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in name.split(separator: "/").map(String.init) where part != "." {
      if part == ".." && !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return (name.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

/// Returns a pattern such as `slice%03d.raw` with a number in place of its conversion.
private func numbered(_ pattern: String, _ number: Int) -> String {
  guard let match = pattern.firstMatch(of: /%(0?)(\d*)[diu]/) else { return pattern }
  let digits = String(number)
  let width = min(Int(match.2) ?? 0, 20)
  let padding = String(repeating: match.1.isEmpty ? " " : "0", count: max(0, width - digits.count))
  return pattern.replacingCharacters(in: match.range, with: padding + digits)
}
