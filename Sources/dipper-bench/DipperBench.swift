import ArgumentParser
import Foundation

/// Measures Dipper beside what a user would run instead.
@main
struct DipperBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-bench",
    abstract: "Measure Dipper beside its peers; one JSON object a line.",
    subcommands: [MeasureCommand.self, WorkerCommand.self], defaultSubcommand: MeasureCommand.self)
}

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measure (what happens by default).",
    discussion: """
      Scripts/bench sets the peers up and calls this. Ratios are ours to theirs, both taken in turns \
      in this run.

      """ + benchmarks.map { "  \($0.name): \($0.abstract)" }.joined(separator: "\n"))

  @Option(help: "The Python that has the peers' libraries.") var python: String
  @Option(help: "The folder of the peers' scripts.") var peers = "Scripts/bench.d/peers"
  @Argument(help: "What to measure; everything when nothing is named.") var names: [String] = []

  func validate() throws {
    for name in names where !benchmarks.contains(where: { $0.name == name }) {
      let known = benchmarks.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no benchmark \(name); there are \(known)")
    }
  }

  func run() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "dipper-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let place = Place(
      python: URL(filePath: python), peers: URL(filePath: peers, directoryHint: .isDirectory),
      programs: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(),
      scratch: scratch)
    for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) {
      try benchmark.measure(place) { figure in
        try FileHandle.standardOutput.write(contentsOf: figure.line())
      }
    }
  }
}
