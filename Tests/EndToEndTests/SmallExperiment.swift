import Foundation
import TestTraits

/// An experiment of all seven methods that takes seconds, with small phantoms and narrow networks.
/// Needs the trait `temporaryFolder`.
struct SmallExperiment {
  let folder: URL
  let configuration: URL

  /// - Parameters:
  ///   - epochs: a larger number if a test must find a job running.
  ///   - also: more lines of the configuration.
  init(
    epochs: Int = 12, methods: String = "[M1, M2, M3, M4, TV, Elastica, DIP]",
    numerics: String = "native", also: String = "seed: 3",
    datasets: [String] = [
      "phantom: {kind: chest, size: 64, noise: 0.02, train: 2, test: 2, seed: 4}"
    ]
  ) throws {
    folder = try TemporaryFolder.makeSubfolder()
    configuration = folder.appending(path: "small.yaml")
    let yaml = """
      name: small
      \(also)
      datasets: [\(datasets.map { "{\($0)}" }.joined(separator: ", "))]
      methods: \(methods)
      preparation: {size: 64}
      network: {vm_width: 4, dip_width: 8, noise_channels: 4}
      training: {epochs: \(epochs), checkpoint_every: 4}
      elastica: {maximum_iterations: 4}
      numerics: \(numerics)
      report: {panels: 1}
      """
    try yaml.write(to: configuration, atomically: true, encoding: .utf8)
  }

  /// Returns a folder of the test by its name, for instance a run directory; it is not created.
  func state(_ name: String) -> URL { folder.appending(path: name, directoryHint: .isDirectory) }

  /// Returns the training curves of a run, the text of `curves.csv`.
  static func curves(in state: URL) throws -> String {
    try String(contentsOf: state.appending(path: "report/curves.csv"), encoding: .utf8)
  }

  /// Returns the lines of a run's `scores.csv` without the columns that may differ between runs.
  static func scores(in state: URL) throws -> [String] {
    let text = try String(contentsOf: state.appending(path: "report/scores.csv"), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      // Columns: dataset,method,case,dice,jaccard,seconds,job,attempt,worker
      return (fields[0..<5] + [fields[6]]).joined(separator: ",")
    }
  }
}
