/// How much somebody may still send: it fills at a rate, up to a most.
struct Budget {
  private var left: Double
  private var seen: Double

  init(left: Double, at now: Double) {
    self.left = left
    seen = now
  }

  /// Takes `units`, if they are there.
  mutating func spend(_ units: Double, rate: Double, most: Double, at now: Double) -> Bool {
    left = min(most, left + (now - seen) * rate)
    seen = now
    guard left >= units else { return false }
    left -= units
    return true
  }
}
