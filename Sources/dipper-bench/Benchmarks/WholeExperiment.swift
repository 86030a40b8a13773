import Foundation

/// A whole experiment on real CT, beside a script of PyTorch and joblib with the same networks, epochs
/// and images. Both in turns, twice.
struct WholeExperiment: Benchmark {
  let name = "experiment"
  let abstract = "Config/lung.yaml with two workers, beside a PyTorch and joblib script"
  private let configuration = "Config/lung.yaml"

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let rounds = try (1...2).map { round in
      let out = place.scratch.appending(path: "lung-\(round)")
      return (ours: try ours(place, out), theirs: try theirs(place), out: out)
    }
    let seconds = rounds.map(\.ours).min() ?? 0
    let theirSeconds = rounds.compactMap { $0.theirs["seconds"] }.min() ?? 0
    try report(
      Figure(
        "experiment-lung", seconds, "s", peer: "PyTorch and joblib, 2 processes, best of 2",
        theirSeconds))
    // Equal seeds, so equal in every round.
    let means = try meanDice(in: rounds[0].out.appending(path: "report/scores.csv"))
    for (method, mean) in means.sorted(by: { $0.key < $1.key }) {
      try report(
        Figure(
          "experiment-lung-dice-\(method)", mean, "Dice", peer: "PyTorch and joblib",
          rounds[0].theirs[method] ?? 0))
    }
  }

  private func ours(_ place: Place, _ out: URL) throws -> Double {
    try seconds {
      _ = try output(
        of: place.programs.appending(path: "dipper"),
        ["run", configuration, "-j", "2", "--out", out.path])
    }
  }

  private func theirs(_ place: Place) throws -> [String: Double] {
    let answer = try output(
      of: place.python, [place.peers.appending(path: "experiment.py").path, configuration, "2"])
    return try JSONDecoder().decode([String: Double].self, from: answer)
  }

  private func meanDice(in file: URL) throws -> [String: Double] {
    var values: [String: [Double]] = [:]
    // dataset,method,case,dice,...
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      values[String(fields[1]), default: []].append(Double(fields[3]) ?? 0)
    }
    return values.mapValues { $0.reduce(0, +) / Double($0.count) }
  }

  private func output(of program: URL, _ arguments: [String]) throws -> Data {
    let (process, pipe) = (Process(), Pipe())
    (process.executableURL, process.arguments) = (program, arguments)
    process.standardOutput = pipe
    try process.run()
    let found = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(program.path) ended with status \(process.terminationStatus)")
    }
    return found
  }
}
