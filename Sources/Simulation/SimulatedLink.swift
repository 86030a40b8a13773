import Scheduling

/// The direction of a message.
enum Direction: Sendable, CaseIterable {
  case toCoordinator, toWorker
}

/// The quality of the network while faults last.
struct NetworkConditions: Sendable {
  /// The probability that a message is lost. `duplication` and `reordering` are the probabilities
  /// that it arrives twice and that later messages overtake it.
  var loss = 0.0
  var duplication = 0.0
  var reordering = 0.0
  /// The longest delay of an overtaken or repeated message, in seconds.
  var maximumDelay = 0.0

  /// A network that loses nothing and delivers within milliseconds.
  static let good = NetworkConditions()

  /// Draws the conditions of a run, which are good for one seed in three.
  static func drawn(using random: inout RandomSource) -> NetworkConditions {
    guard random.happens(0.67) else { return .good }
    let severity: Double = random.pick([0.01, 0.05, 0.2]) ?? 0
    func draw() -> Double { random.happens(0.5) ? random.uniform(0...severity) : 0 }
    return NetworkConditions(
      loss: draw(), duplication: draw(), reordering: draw(), maximumDelay: random.uniform(0.1...10))
  }
}

/// The link between one worker and the coordinator.
struct SimulatedLink: Sendable {
  /// The number of the connection. A message under way carries this number and is lost if the
  /// number has changed when it arrives.
  private(set) var connection = 0
  private var cutUntil = [Instant.origin, .origin]
  private var lastArrival = [Instant.origin, .origin]
  private var disconnectedUntil = Instant.origin
  var slowUntil = Instant.origin

  func isCut(_ direction: Direction, at now: Instant) -> Bool {
    cutUntil[direction.index] > now
  }

  mutating func cut(_ direction: Direction, until end: Instant) {
    cutUntil[direction.index] = max(cutUntil[direction.index], end)
  }

  /// Breaks the connection; all messages under way are lost.
  mutating func reset(until end: Instant) {
    connection += 1
    disconnectedUntil = end
    for direction in Direction.allCases { cut(direction, until: end) }
  }

  /// Returns true if the connection is broken, so that a sender may be notified of it.
  func isDisconnected(at now: Instant) -> Bool { disconnectedUntil > now }

  func latency(at now: Instant, using random: inout RandomSource) -> Duration {
    slowUntil > now ? random.seconds(0.3...2.5) : random.seconds(0.001...0.02)
  }

  /// Returns the instants at which a message that is sent now arrives: none, one or two.
  mutating func arrivals(
    _ direction: Direction, at now: Instant, in conditions: NetworkConditions,
    using random: inout RandomSource
  ) -> [Instant] {
    if random.happens(conditions.loss) { return [] }
    var arrival = now + latency(at: now, using: &random)
    let opens = cutUntil[direction.index]
    if opens > now {
      if random.happens(0.5) { return [] }
      arrival = max(arrival, opens + random.seconds(0...0.2))
    }
    if random.happens(conditions.reordering) {
      arrival += random.seconds(0...conditions.maximumDelay)
    } else {
      arrival = max(arrival, lastArrival[direction.index])
      lastArrival[direction.index] = arrival
    }
    guard random.happens(conditions.duplication) else { return [arrival] }
    return [arrival, arrival + random.seconds(0...conditions.maximumDelay)]
  }
}

extension Direction {
  fileprivate var index: Int { self == .toCoordinator ? 0 : 1 }
}
