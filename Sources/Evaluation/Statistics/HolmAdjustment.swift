/// The probabilities of several tests, enlarged so that the chance of one false finding among them
/// all stays what it is said to be (Holm 1979); in the same order.
func holmAdjusted(_ probabilities: [Double]) -> [Double] {
  var adjusted = probabilities
  var largest = 0.0
  let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
  for (place, index) in order.enumerated() {
    largest = max(largest, min(1, Double(order.count - place) * probabilities[index]))
    adjusted[index] = largest
  }
  return adjusted
}
