/// Adjusts the p-values of several tests by the step-down procedure of Holm (Scandinavian Journal
/// of Statistics 6, 1979).
///
/// The i-th smallest of m p-values (i from 1) becomes the maximum of `min(1, (m - j + 1) p_j)` over
/// all j <= i. Rejecting adjusted p-values below alpha keeps the probability of one or more false
/// rejections at or below alpha.
///
/// - Parameter probabilities: the p-values, in `[0, 1]`.
/// - Returns: the adjusted p-values, in the same order.
func holmAdjusted(_ probabilities: [Double]) -> [Double] {
  var adjusted = probabilities
  var largest = 0.0
  let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
  for (rank, index) in order.enumerated() {
    // equation (70)
    largest = max(largest, min(1, Double(order.count - rank) * probabilities[index]))
    adjusted[index] = largest
  }
  return adjusted
}
