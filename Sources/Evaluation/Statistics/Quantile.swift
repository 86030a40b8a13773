/// The value below which a share of the sample lies, linear between two values: NumPy's default, type
/// 7 of Hyndman and Fan 1996.
///
/// - Parameters: `share`: in `[0, 1]`; `sorted`: at least one value, in ascending order.
func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let place = share * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
