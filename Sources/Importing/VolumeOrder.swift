import Experiments
import Foundation
import Imaging
import Jobs

/// In natural order, or in one that the seed draws.
func ordered(_ volumes: [VolumePair], _ request: ImportRequest) -> [VolumePair] {
  let listed = volumes.sorted { isNaturallyOrdered($0.id, $1.id) }
  guard request.order == .random else { return listed }
  var generator = SplitMix64(seed: request.seed)
  return shuffled(listed, using: &generator)
}

/// Fisher and Yates; our own, so that no change of the standard library changes a data set.
private func shuffled<Element>(
  _ elements: [Element], using generator: inout SplitMix64
) -> [Element] {
  var elements = elements
  for end in stride(from: elements.count - 1, to: 0, by: -1) {
    elements.swapAt(end, Int(generator.uniform(0...Double(end + 1))))
  }
  return elements
}

/// A seed for one volume that depends on no other.
func seed(of name: String, _ request: ImportRequest) -> UInt64 {
  request.seed &* 0x9e37_79b9_7f4a_7c15 ^ Digest(of: Data(name.utf8)).prefix
}

extension VolumePair {
  /// With the patient that the request's pattern finds in its name, and an id that can be a file's.
  func named(by request: ImportRequest) throws -> VolumePair {
    var named = self
    named.id = fileName(id)
    guard let pattern = request.patientPattern else { return named }
    guard let expression = try? Regex(pattern) else {
      throw ImportingError(.request, "the patient pattern `\(pattern)` is no regular expression")
    }
    guard let match = id.firstMatch(of: expression), match.output.count > 1,
      let patient = match.output[1].substring
    else {
      throw ImportingError(
        .request,
        "the patient pattern `\(pattern)` finds no group in `\(id)`; it needs one, as in `^(P[0-9]+)`"
      )
    }
    named.patient = String(patient)
    return named
  }
}

/// The name with `-` for whatever a file's name may not hold here.
func fileName(_ name: String) -> String {
  let allowed = String(
    name.map { isFileName("x\($0)") ? $0 : "-" }.prefix(80).drop { $0 == "." })
  return allowed.isEmpty ? "volume" : allowed
}
