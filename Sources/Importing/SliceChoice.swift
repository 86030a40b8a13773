import Imaging

/// The slices that are taken, in order; none where the object is too small everywhere.
///
/// - Parameters:
///   - areas: the object's pixels in each slice.
///   - minimum: the smallest object that makes a slice worth taking.
///   - seed: decides what is drawn.
func chosenSlices(
  areas: [Int], minimum: Int, rule: ImportRequest.SliceRule, seed: UInt64
) -> [Int] {
  let worthy = areas.indices.filter { areas[$0] >= max(1, minimum) }
  guard let lowest = worthy.first, let highest = worthy.last else { return [] }
  switch rule {
  case .all: return worthy
  case .largest: return [worthy.reduce(lowest) { areas[$1] > areas[$0] ? $1 : $0 }]
  case .middle:
    let middle = (lowest + highest) / 2
    return [worthy.reduce(lowest) { abs($1 - middle) < abs($0 - middle) ? $1 : $0 }]
  case .random:
    var generator = SplitMix64(seed: seed)
    return [worthy[Int(generator.uniform(0...Double(worthy.count)))]]
  }
}
