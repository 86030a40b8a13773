import Scheduling

/// The clock of a process, which has an origin of its own, is a little fast or slow, and may jump.
struct SimulatedClock: Sendable {
  private let rate: Double
  private var offset: Duration

  init(using random: inout RandomSource) {
    rate = random.uniform(0.98...1.02)
    offset = random.seconds(0...1000)
  }

  func reading(at now: Instant) -> Instant {
    Instant(sinceOrigin: now.sinceOrigin * rate + offset)
  }

  mutating func jump(by leap: Duration) { offset += leap }
}
