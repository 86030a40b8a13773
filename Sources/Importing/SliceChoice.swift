import Imaging

/// Selects slices of a volume.
///
/// - Parameters:
///   - areas: the number of the object's pixels in each slice.
///   - minimum: the smallest object for which a slice is taken, in pixels.
///   - rule: the rule that selects among the slices with a large enough object.
///   - seed: the seed of a random choice.
/// - Returns: the indices of the slices in ascending order; none if the object is too small
///   everywhere.
func chosenSlices(
  areas: [Int], minimum: Int, rule: ImportRequest.SliceRule, seed: UInt64
) -> [Int] {
  let candidates = areas.indices.filter { areas[$0] >= max(1, minimum) }
  guard let lowest = candidates.first, let highest = candidates.last else { return [] }
  switch rule {
  case .all: return candidates
  case .largest: return [candidates.reduce(lowest) { areas[$1] > areas[$0] ? $1 : $0 }]
  case .middle:
    let middle = (lowest + highest) / 2
    return [candidates.reduce(lowest) { abs($1 - middle) < abs($0 - middle) ? $1 : $0 }]
  case .random:
    var generator = SplitMix64(seed: seed)
    return [candidates[Int(generator.uniform(0...Double(candidates.count)))]]
  }
}
