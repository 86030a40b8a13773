import Foundation
import Imaging
import Testing

/// A sweep with real processes: settings are judged on training images, then the chosen ones are
/// reported, in one run.
@Suite(.serialized) struct SweepTests {
  private static let sweep = """
    seeds: [1, 2]
    sweep:
      grid:
        energy.theta: [3, 0.01]
    """

  @Test func aSweepChoosesOnTrainingImagesAndReportsTestImages() throws {
    let small = try SmallExperiment(methods: "[M2, TV]", also: Self.sweep)
    let out = small.state("out")
    let run = ["run", small.configuration.path, "-j", "2", "--out", out.path]
    let first = try outcome(Programs.dipper, run)
    #expect(first.status == 0, "\(first.output)")

    let sweep = try rows(of: "sweep.csv", in: out)
    #expect(sweep.count == 2 * 2)
    for method in ["M2", "TV"] {
      let mine = sweep.filter { $0["method"] == method }
      let best = mine.max { Double($0["dice_mean"]!)! < Double($1["dice_mean"]!)! }
      #expect(mine.filter { $0["chosen"] == "yes" }.map { $0["setting"] } == [best?["setting"]])
      // 2 training images, and for M2 2 seeds.
      #expect(mine.map { $0["n"] } == Array(repeating: method == "M2" ? "4" : "2", count: 2))
      #expect(mine.allSatisfy { $0["missing"] == "0" })
    }
    let scores = try rows(of: "scores.csv", in: out)
    #expect(scores.count == 2 * 2 + 2)
    let again = try outcome(Programs.dipper, run)
    #expect(again.status == 0 && again.output.contains("already done"), "\(again.output)")
    #expect(try rows(of: "scores.csv", in: out) == scores)
  }

  private func rows(of file: String, in out: URL) throws -> [[String: String]] {
    let text = try String(contentsOf: out.appending(path: "report/\(file)"), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }
}
