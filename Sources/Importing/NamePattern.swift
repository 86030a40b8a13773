import Errors

/// A pattern for the names of images or masks below a patient's folder, such as
/// `{patient}_t1ce.nii.gz` or `segmentations/liver`.
///
/// `*` stands for any characters but `/`, `?` for one, and `{patient}` for the name of the patient's
/// folder. Upper and lower case are equal, and the ending of the file may be left out.
struct NamePattern {
  private let components: [String]

  /// Reads a pattern.
  ///
  /// - Throws: `DipperError` of code `importRequestInvalid` if it names no file.
  init(_ text: String) throws {
    components = text.lowercased().split(separator: "/").map(String.init)
    guard !components.isEmpty else {
      throw DipperError(.importRequestInvalid, "the pattern `\(text)` names no file")
    }
  }

  /// The folders of a patient, and the texts that the wildcards of a pattern stand for.
  struct Match {
    var patient: [String]
    var captured: [String]
  }

  /// Compares the pattern with the end of a volume's path; nil if they differ.
  ///
  /// - Parameter patient: returns the patient's folder in the folders above those that the pattern
  ///   names.
  func match(_ volume: SourceVolume, patient: ([String]) -> [String]) -> Match? {
    let count = components.count - 1
    guard volume.folders.count >= count else { return nil }
    let patient = patient(volume.folders.dropLast(count))
    let folders = volume.folders.suffix(count).map { $0.lowercased() }
    var captured: [String] = []
    let named = components.map {
      $0.replacing("{patient}", with: (patient.last ?? "").lowercased())
    }
    for (component, folder) in zip(named, folders) {
      guard let found = captures(of: component[...], in: folder[...]) else { return nil }
      captured += found
    }
    let names = [volume.fileName, volume.stem].map { $0.lowercased() }
    guard let found = names.lazy.compactMap({ captures(of: named[count][...], in: $0[...]) }).first
    else { return nil }
    return Match(patient: patient, captured: captured + found)
  }
}

/// Returns the texts for which the wildcards of a pattern stand; nil if the text differs.
private func captures(of pattern: Substring, in text: Substring) -> [String]? {
  guard let first = pattern.first else { return text.isEmpty ? [] : nil }
  let rest = pattern.dropFirst()
  if first == "*" {
    for end in text.indices + [text.endIndex] {
      if let found = captures(of: rest, in: text[end...]) { return [String(text[..<end])] + found }
    }
    return nil
  }
  guard let character = text.first, first == "?" || first == character,
    let found = captures(of: rest, in: text.dropFirst())
  else { return nil }
  return first == "?" ? [String(character)] + found : found
}
