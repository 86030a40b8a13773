/// A limit on a rate that allows bursts: units accumulate at a constant rate up to a capacity, and
/// each message takes some.
struct TokenBucket {
  private var units: Double
  private var updated: ContinuousClock.Instant

  init(units: Double, at now: ContinuousClock.Instant) {
    self.units = units
    updated = now
  }

  /// Takes `count` units and returns true, or returns false if fewer have accumulated.
  ///
  /// - Parameters:
  ///   - rate: The number of units that accumulate per second.
  ///   - capacity: The largest number of units that can accumulate.
  mutating func take(
    _ count: Double, rate: Double, capacity: Double, at now: ContinuousClock.Instant
  ) -> Bool {
    units = min(capacity, units + (now - updated) / .seconds(1) * rate)
    updated = now
    guard units >= count else { return false }
    units -= count
    return true
  }
}
