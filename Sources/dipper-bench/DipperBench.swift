import ArgumentParser
import Foundation

/// The command line that measures Dipper beside the programs that a user would run instead.
@main
struct DipperBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-bench",
    abstract: "Measure Dipper beside its peers and print one JSON object per line.",
    discussion: """
      Example: dipper-bench --python python3 geodesic

      `dipper-bench measure --help` lists the benchmarks.
      """,
    subcommands: [MeasureCommand.self, WorkerCommand.self], defaultSubcommand: MeasureCommand.self)
}

struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measure Dipper beside its peers (default).",
    discussion: """
      Example: dipper-bench --python python3 geodesic tv

      Scripts/bench installs the libraries of the peers and calls this program. A ratio is \
      Dipper's figure divided by the peer's; the two are measured alternately in one run.

      """ + benchmarks.map { "  \($0.name): \($0.abstract)" }.joined(separator: "\n"))

  @Option(help: "Python that has the libraries of the peers.") var python: String
  @Option(help: "Folder of the peers' scripts.") var peers = "Scripts/bench.d/peers"
  @Argument(help: "Names of the benchmarks to run; all if none is named.") var names: [String] = []

  func validate() throws {
    for name in names where !benchmarks.contains(where: { $0.name == name }) {
      let known = benchmarks.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no benchmark \(name); the benchmarks are \(known)")
    }
  }

  func run() async throws {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "dipper-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let environment = BenchmarkEnvironment(
      python: URL(filePath: python), peers: URL(filePath: peers, directoryHint: .isDirectory),
      programs: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(),
      scratch: scratch)
    for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) {
      try await benchmark.measure(in: environment) { figure in
        try FileHandle.standardOutput.write(contentsOf: figure.line())
      }
    }
  }
}
