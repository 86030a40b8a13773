import Foundation

/// A whole experiment on real CT, beside a script of PyTorch and joblib with the same networks, epochs
/// and images. Once each.
struct WholeExperiment: Benchmark {
  let name = "experiment"
  let abstract = "Config/lung.yaml with two workers, beside a PyTorch and joblib script"

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let configuration = "Config/lung.yaml"
    let out = place.scratch.appending(path: "lung")
    let ours = try seconds {
      _ = try output(
        of: place.programs.appending(path: "dipper"),
        ["run", configuration, "-j", "2", "--out", out.path])
    }
    let answer = try output(
      of: place.python, [place.peers.appending(path: "experiment.py").path, configuration, "2"])
    let theirs = try JSONDecoder().decode([String: Double].self, from: answer)
    try report(
      Figure(
        "experiment-lung", ours, "s", peer: "PyTorch and joblib, 2 processes, once each",
        theirs["seconds"] ?? 0))
    let means = try meanDice(in: out.appending(path: "report/scores.csv"))
    for (method, mean) in means.sorted(by: { $0.key < $1.key }) {
      try report(
        Figure(
          "experiment-lung-dice-\(method)", mean, "Dice", peer: "PyTorch and joblib",
          theirs[method] ?? 0))
    }
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
