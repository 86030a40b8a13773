import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// Orders volumes naturally by their names, or randomly if the request says so.
func ordered(_ volumes: [VolumePair], by request: ImportRequest) -> [VolumePair] {
  let listed = volumes.naturallySorted { $0.name ?? $0.id }
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
