import Foundation
import Messaging
import Scheduling
import TestSupport
import Wire

/// An attack on a real coordinator process while an honest worker measures how fast it answers.
public struct AttackScenario: Sendable {
  /// Number of TCP connections that send garbage.
  public var connections = 10_000
  /// Number of mutated frames on each garbage connection.
  public var framesPerConnection = 100
  /// Number of connections that send part of a greeting and stay.
  public var halfOpen = 1_000
  /// Rate of garbage connections, low enough to burden the coordinator and not the machine.
  public var connectionsPerSecond = 400
  /// Number of workers with valid keys that send mutated messages.
  public var maliciousWorkers = 20
  /// Number of mutated messages that each malicious worker sends.
  public var messagesPerWorker = 1_000
  /// Number of envelopes full of heartbeats that one more worker sends at once; a worker is cut off
  /// only above this number.
  public var floodEnvelopes = 60_000
  /// Time for which the honest worker is measured before the attack.
  public var baseline = Duration.seconds(10)
  /// Seed that determines every byte that is sent.
  public var seed: UInt64 = 1

  /// Creates the scenario of the published figures.
  public init() {}

  /// Starts a coordinator, attacks it and stops it.
  ///
  /// - Parameters:
  ///   - dipper: the program `dipper`.
  ///   - folder: receives keys, run directory and log.
  /// - Throws: `DipperError` of code `attackFailed` if the coordinator does not start or stops
  ///   answering.
  public func run(_ dipper: URL, in folder: URL) async throws -> AttackReport {
    try OpenFileLimit.raise()
    let keys = KeyFolder(folder.appending(path: "keys"))
    try keys.generate(
      workers: ["honest", "flood"] + (0..<maliciousWorkers).map(name(ofWorker:)), replacing: false)
    let target = try TargetCoordinator(dipper, in: folder, keys: keys)
    let honest = try HonestWorker(target, name: "honest")
    let end = ContinuousClock.now + baseline
    let before = try await honest.roundTrips { ContinuousClock.now >= end }
    let memory = target.memory
    let traffic = AttackTraffic(self, target: target.endpoint)
    traffic.begin()
    let during = try await honest.roundTrips { traffic.isOver }
    try await sendMutatedMessages(to: target)
    _ = try await honest.roundTrip()
    let memoryGrowth = target.memory - memory
    let peak = target.peakMemory
    try await flood(target, honest: honest)
    let floodGrowth = target.peakMemory - peak
    honest.leave()
    let log = AttackLog(lines: target.log)
    return AttackReport(
      status: target.end(), before: before, during: during, memoryGrowth: memoryGrowth,
      floodGrowth: floodGrowth, connections: traffic.connections, closed: traffic.closed,
      unauthenticatedMessages: log.unauthenticatedMessages,
      cutOff: (0..<maliciousWorkers).filter { log.isCutOff(name(ofWorker: $0)) }.count,
      honestCutOff: log.isCutOff("honest"))
  }

  private func name(ofWorker number: Int) -> String { "\(AttackLog.maliciousPrefix)\(number)" }

  /// Sends as many heartbeats an envelope and as many envelopes as a worker may, and returns when the
  /// coordinator has handled all of them.
  private func flood(_ target: TargetCoordinator, honest: HonestWorker) async throws {
    let flooder = try HonestWorker(target, name: "flood")
    _ = try await flooder.roundTrip()
    let heartbeats = [WorkerMessage](repeating: .heartbeat, count: WireLimits.messages)
    flooder.send(Wire.encode(heartbeats), times: floodEnvelopes)
    // The honest worker's question arrives amid the flood, the flooder's own behind all of it.
    _ = try await honest.roundTrip()
    _ = try await flooder.roundTrip()
    flooder.leave()
  }

  /// Lets the malicious workers connect in turn, each until the coordinator refuses it.
  private func sendMutatedMessages(to target: TargetCoordinator) async throws {
    for number in 0..<maliciousWorkers {
      var traffic = MalformedTraffic(seed: seed &+ 1000 &+ UInt64(number))
      let name = name(ofWorker: number)
      let worker = try Messenger.connecting(
        to: target.endpoint, as: name, keys: try target.keys.worker(name).workerKeys())
      for _ in 0..<messagesPerWorker {
        worker.send(Envelope(channel: .control, payload: traffic.message()))
      }
      for await inbound in worker.inbound {
        if case .refused = inbound { break }
      }
      worker.close()
    }
  }
}

/// The coordinator's log, searched for traces of the attackers.
private struct AttackLog {
  static let maliciousPrefix = "malicious-"

  let lines: [String]

  func isCutOff(_ worker: String) -> Bool {
    lines.contains { $0.contains("worker \(worker) was disconnected:") }
  }

  /// Number of lines about a message of a peer without a key.
  var unauthenticatedMessages: Int {
    lines.filter { $0.contains(MalformedTraffic.peerName) || $0.contains("a message") }
      .filter { !$0.contains(Self.maliciousPrefix) }.count
  }
}
