import Foundation
import Messaging
import Scheduling
import Synchronization
import TestSupport
import Wire

/// An attack on a real coordinator, with a good worker beside it.
public struct Siege: Sendable {
  /// TCP connections that send garbage.
  public var connections = 10_000
  /// Mutated frames on each of them.
  public var framesPerConnection = 100
  /// Connections that say too little and stay.
  public var halfOpen = 1_000
  /// Garbage connections per second: the attack is to burden the coordinator, not the machine.
  public var connectionsPerSecond = 400
  /// Workers with valid keys that send mutated messages.
  public var liars = 20
  /// Messages of each.
  public var messagesPerLiar = 1_000
  /// Envelopes of valid small words that one more worker sends at once: fewer than have it cut off.
  public var flood = 60_000
  /// Seconds in which the good worker is measured before the attack.
  public var calm = 10.0
  /// Determines every byte that is sent.
  public var seed: UInt64 = 1

  /// The attack of the figures.
  public init() {}

  /// Attacks a coordinator that runs in `folder`.
  ///
  /// - Parameter dipper: the program.
  public func run(_ dipper: URL, in folder: URL) async throws -> SiegeReport {
    OpenFiles.raiseLimit()
    let keys = KeyFolder(folder.appending(path: "keys"))
    try keys.generate(
      workers: ["good", "flood"] + (0..<liars).map { "liar-\($0)" }, replacing: false)
    let besieged = try Besieged(dipper, in: folder, keys: keys)
    let good = try GoodWorker(besieged, "good")
    let end = ContinuousClock.now + .seconds(calm)
    let before = try await good.roundTrips { ContinuousClock.now >= end }
    let memory = besieged.memory
    let attack = Attack(self, on: besieged.endpoint)
    attack.begin()
    let during = try await good.roundTrips { attack.isOver }
    try await lie(to: besieged)
    _ = try await good.roundTrip()
    let growth = besieged.memory - memory
    let peak = besieged.peakMemory
    try await floodWords(besieged, good)
    let floodGrowth = besieged.peakMemory - peak
    good.leave()
    let log = besieged.log
    return SiegeReport(
      status: besieged.end(), before: before, during: during, growth: growth,
      floodGrowth: floodGrowth,
      connections: attack.connections, closed: attack.closed,
      heardFromStrangers: log.filter { $0.contains("stranger") || $0.contains("a message") }
        .filter { !$0.contains("liar-") }.count,
      cutOff: (0..<liars).filter { liar in
        log.contains { $0.contains("cut off worker liar-\(liar):") }
      }.count,
      goodCutOff: log.contains { $0.contains("cut off worker good") })
  }

  /// As many heartbeats in an envelope as may be, and as many envelopes; ends when all have been heard.
  private func floodWords(_ besieged: Besieged, _ good: GoodWorker) async throws {
    let flood = try GoodWorker(besieged, "flood")
    _ = try await flood.roundTrip()
    let words = [WorkerMessage](repeating: .heartbeat, count: WireLimits.messages)
    flood.say(Wire.encode(words), times: self.flood)
    // In the midst of it, and behind all of it.
    _ = try await good.roundTrip()
    _ = try await flood.roundTrip()
    flood.leave()
  }

  /// Every liar says its messages, one liar after the other.
  private func lie(to besieged: Besieged) async throws {
    for number in 0..<liars {
      var gibberish = Gibberish(seed: seed &+ 1000 &+ UInt64(number))
      let name = "liar-\(number)"
      let liar = try Messenger.connecting(
        to: besieged.endpoint, as: name, keys: try besieged.keys.worker(name).workerKeys())
      for _ in 0..<messagesPerLiar {
        liar.send(Envelope(channel: .control, payload: gibberish.message()))
      }
      for await inbound in liar.inbound {
        if case .refused = inbound { break }
      }
      liar.close()
    }
  }
}

/// What came of a siege.
public struct SiegeReport: Sendable {
  /// The coordinator's exit status when it was asked to end: 130 unless it crashed.
  public let status: Int32
  /// The good worker's round trips before and during the attack, seconds.
  public let before: [Double]
  /// During it.
  public let during: [Double]
  /// Bytes by which the coordinator's memory grew.
  public let growth: Int
  /// Bytes by which a flood of small words raised the most that it held.
  public let floodGrowth: Int
  /// Garbage connections that were made.
  public let connections: Int
  /// Garbage and half-open connections that the coordinator closed.
  public let closed: Int
  /// Lines of the coordinator's log that come of a message of somebody without a key.
  public let heardFromStrangers: Int
  /// Liars that were cut off and named.
  public let cutOff: Int
  /// Whether the good worker was cut off too.
  public let goodCutOff: Bool

  /// The 99th percentile of some times.
  public static func p99(_ times: [Double]) -> Double {
    let sorted = times.sorted()
    return sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
  }
}
