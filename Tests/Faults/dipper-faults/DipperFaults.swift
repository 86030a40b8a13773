import ArgumentParser
import AttackScenarios
import Foundation

/// Attacks a coordinator on purpose; a tool for developers, called by `Scripts/faults hostile`.
@main
struct DipperFaults: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-faults",
    abstract: "Attack a coordinator and report whether it kept its promises.",
    discussion: """
      Example: dipper-faults --connections 10000 --half-open 1000

      The program dipper must lie in the same folder. The exit status is 0 if nothing was lost, let \
      in or slowed down beyond the limits, and 1 otherwise.
      """)

  @Option(help: "Number of TCP connections that send garbage.") var connections = 10_000
  @Option(help: "Number of mutated frames on each of these connections.") var frames = 100
  @Option(help: "Number of connections that send half a greeting and stay.") var halfOpen = 1_000
  @Option(help: "Number of workers with valid keys that send mutated messages.")
  var maliciousWorkers = 20
  @Option(help: "Number of mutated messages to decode in this process.") var decoded = 1_000_000
  @Option(help: "Seed that determines every byte that is sent.") var seed: UInt64 = 1

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-attack-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try await scenario.run(try programBeside("dipper"), in: folder)
    let refused = DecoderAttack.run(count: decoded, seed: seed)
    print("mutated messages decoded: \(decoded), of which \(refused) refused")
    show(report)
    let broken = brokenPromises(report)
    for promise in broken { print("BROKEN: \(promise)") }
    if !broken.isEmpty { throw ExitCode(1) }
  }

  private var scenario: AttackScenario {
    var scenario = AttackScenario()
    scenario.connections = connections
    scenario.framesPerConnection = frames
    scenario.halfOpen = halfOpen
    scenario.maliciousWorkers = maliciousWorkers
    scenario.seed = seed
    return scenario
  }

  private func show(_ report: AttackReport) {
    print("garbage connections: \(report.connections), \(report.connections * frames) frames")
    print("half-open connections: \(halfOpen), of which \(report.closed) closed by the coordinator")
    print("messages of unauthenticated peers that were handled: \(report.unauthenticatedMessages)")
    print("malicious workers: \(maliciousWorkers), of which \(report.cutOff) cut off and named")
    print("memory grew by \(megabytes(report.memoryGrowth)) MB")
    print("a flood of heartbeats raised its peak by \(megabytes(report.floodGrowth)) MB")
    print(
      "p99 of an honest worker's round trip: \(p99(report.before)) before, "
        + "\(p99(report.during)) during the attack "
        + "(\(report.before.count) and \(report.during.count) round trips)")
  }

  /// Returns a sentence for each promise that the coordinator did not keep.
  private func brokenPromises(_ report: AttackReport) -> [String] {
    let before = AttackReport.p99(report.before) ?? .zero
    let promises: [(isKept: Bool, sentence: String)] = [
      (report.status == 130, "the coordinator ended with status \(report.status), not 130"),
      (report.unauthenticatedMessages == 0, "no unauthenticated peer's message is handled"),
      (
        report.cutOff == maliciousWorkers && !report.honestCutOff,
        "all malicious workers, and only they, are cut off"
      ),
      (report.closed == halfOpen, "half-open connections are closed"),
      (report.memoryGrowth <= 10_000_000, "memory grows by at most 10 MB"),
      (report.floodGrowth <= 100_000_000, "a flood of heartbeats takes at most 100 MB"),
      (
        AttackReport.p99(report.during).map { $0 <= before * 2 } ?? false,
        "the p99 of an honest worker's round trip at most doubles"
      ),
    ]
    return promises.filter { !$0.isKept }.map(\.sentence)
  }

  private func megabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1e6) }

  private func p99(_ times: [Duration]) -> String {
    guard let time = AttackReport.p99(times) else { return "no round trip" }
    return String(format: "%.2f ms", time / .milliseconds(1))
  }

  private func programBeside(_ name: String) throws -> URL {
    let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: running).deletingLastPathComponent().appending(path: name)
  }
}
