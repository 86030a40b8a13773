import Foundation

/// Measures a whole experiment on real CT beside a script of PyTorch and joblib with the same
/// networks, epochs and images. Both run alternately, twice, and the figures are the best.
struct WholeExperiment: Benchmark {
  let name = "experiment"
  let abstract = "Config/lung.yaml with two workers, beside a PyTorch and joblib script"
  private let configuration = "Config/lung.yaml"

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) async throws {
    var times = PairedTimes()
    var theirDice: [String: Double] = [:]
    for round in 1...2 {
      let ours = try await run(into: folder(ofRound: round, in: environment), in: environment)
      theirDice = try await runPeer(in: environment)
      times.append(ours: ours, theirs: .seconds(theirDice["seconds"] ?? 0))
    }
    try report(
      Figure(
        "experiment-lung", ours: times.best.ours, theirs: times.best.theirs, in: .seconds,
        peer: "PyTorch and joblib, 2 processes, best of 2"))
    // Every round has the same seeds and therefore the same scores.
    let scores = folder(ofRound: 1, in: environment).appending(path: "report/scores.csv")
    for (method, mean) in try meanDice(in: scores).sorted(by: { $0.key < $1.key }) {
      try report(
        Figure(
          "experiment-lung-dice-\(method)", value: mean, unit: "Dice",
          peer: "PyTorch and joblib", peerValue: theirDice[method] ?? 0))
    }
  }

  private func folder(ofRound round: Int, in environment: BenchmarkEnvironment) -> URL {
    environment.scratch.appending(path: "lung-\(round)")
  }

  private func run(into folder: URL, in environment: BenchmarkEnvironment) async throws -> Duration
  {
    let dipper = ExternalProgram(
      program: environment.programs.appending(path: "dipper"),
      arguments: ["run", configuration, "-j", "2", "--out", folder.path])
    return try await elapsed { try await dipper.run() }
  }

  /// Runs the peer and returns its seconds and the mean Dice of each method.
  private func runPeer(in environment: BenchmarkEnvironment) async throws -> [String: Double] {
    let script = environment.peers.appending(path: "experiment.py").path
    let peer = ExternalProgram(
      program: environment.python, arguments: [script, configuration, "2"])
    return try await JSONDecoder().decode([String: Double].self, from: peer.run())
  }

  private func meanDice(in file: URL) throws -> [String: Double] {
    var values: [String: [Double]] = [:]
    // Columns: dataset,method,case,dice,...
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      values[String(fields[1]), default: []].append(Double(fields[3]) ?? 0)
    }
    return values.mapValues { $0.reduce(0, +) / Double($0.count) }
  }
}
