import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// Orders volumes naturally by their ids, or randomly if the request says so.
func ordered(_ volumes: [VolumePair], by request: ImportRequest) -> [VolumePair] {
  let listed = volumes.sorted { $0.id.isNaturallyOrdered(before: $1.id) }
  guard request.order == .random else { return listed }
  var generator = SplitMix64(seed: request.seed)
  return shuffled(listed, using: &generator)
}

/// Shuffles by the algorithm of Fisher and Yates, without the standard library's shuffle, so that
/// no change of that library changes a data set.
private func shuffled<Element>(
  _ elements: [Element], using generator: inout SplitMix64
) -> [Element] {
  var elements = elements
  for end in stride(from: elements.count - 1, to: 0, by: -1) {
    elements.swapAt(end, Int(generator.uniform(0...Double(end + 1))))
  }
  return elements
}

/// Returns the seed of a volume or case, which depends on the request's seed and on its name alone.
func seed(of name: String, for request: ImportRequest) -> UInt64 {
  request.seed &* 0x9e37_79b9_7f4a_7c15 ^ Digest(of: Data(name.utf8)).prefix
}

extension VolumePair {
  /// Returns the pair with an id that is usable as a file name and with the patient that the
  /// request's pattern finds in its id.
  ///
  /// - Throws: `DipperError` of code `importRequestInvalid` if the pattern is invalid or finds no
  ///   group.
  func named(by request: ImportRequest) throws -> VolumePair {
    var named = self
    named.id = fileName(id)
    guard let pattern = request.patientPattern else { return named }
    guard let expression = try? Regex(pattern) else {
      throw DipperError(
        .importRequestInvalid, "the patient pattern `\(pattern)` is not a regular expression")
    }
    guard let match = id.firstMatch(of: expression), match.output.count > 1,
      let patient = match.output[1].substring
    else {
      throw DipperError(
        .importRequestInvalid,
        "the patient pattern `\(pattern)` finds no group in `\(id)`; it needs one, as in `^(P[0-9]+)`"
      )
    }
    named.patient = String(patient)
    return named
  }
}

/// Returns the name with `-` in place of characters that data sets do not allow in file names, cut
/// to 80 characters.
func fileName(_ name: String) -> String {
  let allowed = String(
    name.map { isFileName("x\($0)") ? $0 : "-" }.prefix(80).drop { $0 == "." })
  return allowed.isEmpty ? "volume" : allowed
}
