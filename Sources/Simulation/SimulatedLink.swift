import Scheduling

/// Which way a message goes.
enum Direction: Sendable, CaseIterable {
  case toCoordinator, toWorker
}

/// How bad the network is while faults last.
struct Weather: Sendable {
  /// Probabilities of a message's loss, its coming twice, and its being overtaken by later ones.
  var loss = 0.0
  var repetition = 0.0
  var overtaking = 0.0
  /// By how much an overtaken or repeated message may be late.
  var lateness = 0.0

  /// No more than a few milliseconds on the way.
  static let fair = Weather()

  /// Fair for one seed in three.
  static func drawn(using chance: inout Chance) -> Weather {
    guard chance.happens(0.67) else { return .fair }
    let severity: Double = chance.pick([0.01, 0.05, 0.2]) ?? 0
    func draw() -> Double { chance.happens(0.5) ? chance.uniform(0...severity) : 0 }
    return Weather(
      loss: draw(), repetition: draw(), overtaking: draw(), lateness: chance.uniform(0.1...10))
  }
}

/// What is between one worker and the coordinator.
struct SimulatedLink: Sendable {
  /// Messages under way carry this number and are lost when it has changed.
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

  /// The connection breaks; whatever is under way is lost.
  mutating func reset(until end: Instant) {
    connection += 1
    disconnectedUntil = end
    for direction in Direction.allCases { cut(direction, until: end) }
  }

  /// Whether whoever sends is told that there is no connection.
  func isDisconnected(at now: Instant) -> Bool { disconnectedUntil > now }

  func latency(at now: Instant, _ chance: inout Chance) -> Duration {
    slowUntil > now ? chance.seconds(0.3...2.5) : chance.seconds(0.001...0.02)
  }

  /// When a message that leaves now arrives: never, once or twice.
  mutating func arrivals(
    _ direction: Direction, at now: Instant, in weather: Weather, _ chance: inout Chance
  ) -> [Instant] {
    if chance.happens(weather.loss) { return [] }
    var arrival = now + latency(at: now, &chance)
    let opens = cutUntil[direction.index]
    if opens > now {
      if chance.happens(0.5) { return [] }
      arrival = max(arrival, opens + chance.seconds(0...0.2))
    }
    if chance.happens(weather.overtaking) {
      arrival += chance.seconds(0...weather.lateness)
    } else {
      arrival = max(arrival, lastArrival[direction.index])
      lastArrival[direction.index] = arrival
    }
    guard chance.happens(weather.repetition) else { return [arrival] }
    return [arrival, arrival + chance.seconds(0...weather.lateness)]
  }
}

extension Direction {
  fileprivate var index: Int { self == .toCoordinator ? 0 : 1 }
}
