import Scheduling

/// A process's clock: of an origin of its own, a little fast or slow, and it may jump.
struct SimulatedClock: Sendable {
  private let rate: Double
  private var offset: Double

  init(using chance: inout Chance) {
    rate = chance.seconds(0.98...1.02)
    offset = chance.seconds(0...1000)
  }

  func reading(at now: Instant) -> Instant { now * rate + offset }

  mutating func jump(by seconds: Double) { offset += seconds }
}
