import Scheduling

/// The clock of a simulated process. It has an arbitrary origin, runs up to 2 % fast or slow, and
/// may jump.
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
