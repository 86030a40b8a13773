import Scheduling

/// A process's clock: of an origin of its own, a little fast or slow, and it may jump.
struct SimulatedClock: Sendable {
  private let rate: Double
  private var offset: Duration

  init(using chance: inout Chance) {
    rate = chance.uniform(0.98...1.02)
    offset = chance.seconds(0...1000)
  }

  func reading(at now: Instant) -> Instant {
    Instant(sinceOrigin: now.sinceOrigin * rate + offset)
  }

  mutating func jump(by leap: Duration) { offset += leap }
}
