/// Returns the quantile of a sample, interpolated linearly between its order statistics: type 7 of
/// Hyndman and Fan (The American Statistician 50, 1996), the default of NumPy and R.
///
/// The quantile is the value at index `share * (n - 1)`, counted from 0.
///
/// - Parameters:
///   - share: the share of the sample below the quantile, in `[0, 1]`.
///   - sorted: the sample, at least one value, in ascending order.
func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let position = share * Double(sorted.count - 1)
  let below = Int(position)
  let above = min(below + 1, sorted.count - 1)
  // equation (65)
  return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
}
