/// A pseudorandom number generator, wyrand (Wang Yi 2019), whose seed determines a simulated run.
///
/// The distributions are implemented here, so that a new version of the standard library does not
/// change the run of a seed.
struct RandomSource: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0xa076_1d64_78bd_642f
    let product = state.multipliedFullWidth(by: state ^ 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low
  }

  /// Draws a number that is uniform on the range, excluding its upper end.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
  }

  /// Draws a duration that is uniform on this range of seconds, excluding its upper end.
  mutating func seconds(_ range: ClosedRange<Double>) -> Duration { .seconds(uniform(range)) }

  mutating func happens(_ probability: Double) -> Bool {
    probability > 0 && uniform(0...1) < probability
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Draws one of the elements, or returns nil if there are none.
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[number(0...elements.count - 1)]
  }
}
