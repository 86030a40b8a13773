import ArgumentParser
import Foundation
import Hostility

/// Breaks things on purpose; for developers, see `Scripts/faults`.
@main
struct DipperFaults: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-faults", abstract: "Attack a coordinator, and say how it bore it.",
    discussion: """
      Example: dipper-faults --connections 10000 --half-open 1000

      Exit status 0 where nothing was lost, let in or slowed beyond the limits, else 1.
      """)

  @Option(help: "TCP connections that send garbage.") var connections = 10_000
  @Option(help: "Mutated frames on each of them.") var frames = 100
  @Option(help: "Connections that say too little and stay.") var halfOpen = 1_000
  @Option(help: "Workers with valid keys that send mutated messages.") var liars = 20
  @Option(help: "Mutated messages that are decoded in this process.") var decoded = 1_000_000
  @Option(help: "Determines every byte.") var seed: UInt64 = 1

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-siege-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var siege = Siege()
    (siege.connections, siege.framesPerConnection, siege.halfOpen) = (connections, frames, halfOpen)
    (siege.liars, siege.seed) = (liars, seed)
    let report = try await siege.run(try programBeside("dipper"), in: folder)
    let refused = Decoders.feed(decoded, seed: seed)
    print("mutated messages decoded: \(decoded), of which \(refused) refused")
    let findings = show(report)
    for finding in findings { print("NOT HELD: \(finding)") }
    if !findings.isEmpty { throw ExitCode(1) }
  }

  /// Prints the figures; what is beyond its limit.
  private func show(_ report: SiegeReport) -> [String] {
    let (calm, rough) = (SiegeReport.p99(report.before), SiegeReport.p99(report.during))
    let growth = Double(report.growth) / 1e6
    print("garbage connections: \(report.connections), \(report.connections * frames) frames")
    print("half-open connections: \(halfOpen), of which \(report.closed) closed by the coordinator")
    print("messages of strangers that were heard: \(report.heardFromStrangers)")
    print("liars with valid keys: \(liars), of which \(report.cutOff) cut off and named")
    print("memory grew by \(String(format: "%.1f", growth)) MB")
    print("a flood of small words raised its peak by \(report.floodGrowth / 1_000_000) MB")
    print(
      String(
        format: "p99 of a good worker's round trip: %.2f ms before, %.2f ms during (%d and %d)",
        calm * 1000, rough * 1000, report.before.count, report.during.count))
    let limits: [(Bool, String)] = [
      (report.status == 130, "the coordinator ended with status \(report.status)"),
      (report.heardFromStrangers == 0, "a stranger was heard"),
      (report.cutOff == liars && !report.goodCutOff, "liars, and only they, are cut off"),
      (report.closed == halfOpen, "half-open connections are closed"),
      (growth <= 10, "memory grows by at most 10 MB"),
      (report.floodGrowth <= 100_000_000, "a flood of small words takes at most 100 MB"),
      (rough <= 2 * calm, "p99 at most doubles"),
    ]
    return limits.filter { !$0.0 }.map(\.1)
  }

  private func programBeside(_ name: String) throws -> URL {
    let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: running).deletingLastPathComponent().appending(path: name)
  }
}
