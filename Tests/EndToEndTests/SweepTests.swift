import Foundation
import Imaging
import TestTraits
import Testing

/// Sweeps with real processes, which choose settings on training images and report them on test images
/// in one run.
@Suite(.serialized, .temporaryFolder) struct SweepTests {
  private static let sweep = """
    seeds: [1, 2]
    sweep:
      grid:
        energy.theta: [3, 0.01]
    """

  @Test("a sweep chooses on training images and reports test images")
  func choicePerDataSet() throws {
    let small = try SmallExperiment(methods: "[M2, TV]", also: Self.sweep)
    let out = small.state("out")
    let run = ["run", small.configuration.path, "-j", "2", "--out", out.path]
    let first = try Program.dipper.run(run)
    #expect(first.status == 0, "\(first.output)")

    let sweep = try rows(of: "sweep.csv", in: out)
    #expect(sweep.count == 2 * 2)
    for method in ["M2", "TV"] {
      let mine = sweep.filter { $0["method"] == method }
      let best = mine.max { Double($0["dice_mean"]!)! < Double($1["dice_mean"]!)! }
      #expect(mine.filter { $0["chosen"] == "yes" }.map { $0["setting"] } == [best?["setting"]])
      // There are 2 training images, and M2 is trained with 2 seeds.
      #expect(mine.map { $0["n"] } == Array(repeating: method == "M2" ? "4" : "2", count: 2))
      #expect(mine.allSatisfy { $0["missing"] == "0" })
    }
    let scores = try rows(of: "scores.csv", in: out)
    #expect(scores.count == 2 * 2 + 2)
    let again = try Program.dipper.run(run)
    #expect(again.status == 0 && again.output.contains("already done"), "\(again.output)")
    #expect(try rows(of: "scores.csv", in: out) == scores)
  }

  // One of the two data sets has parameters of its own.
  @Test("a sweep can choose the setting with the best mean over all data sets")
  func overallChoice() throws {
    let small = try SmallExperiment(
      methods: "[M2, TV]", also: Self.sweep + "\n  choose: overall",
      datasets: ["chest", "liver"].map {
        "phantom: {kind: \($0), size: 64, noise: 0.02, train: 2, test: 1, seed: 4}"
          + ($0 == "liver" ? ", preparation: {region_of_interest: 4}" : "")
      })
    let out = small.state("out")
    let run = ["run", small.configuration.path, "-j", "2", "--out", out.path]
    let first = try Program.dipper.run(run)
    #expect(first.status == 0, "\(first.output)")
    #expect(first.output.contains("Settings, one for all data sets: M2: energy.theta="))

    let sweep = try rows(of: "sweep.csv", in: out)
    let scores = try rows(of: "scores.csv", in: out)
    #expect(sweep.count == 2 * 2 * 2)
    for method in ["M2", "TV"] {
      let mine = sweep.filter { $0["method"] == method }
      let means = Dictionary(grouping: mine) { $0["setting"]! }.mapValues { rows in
        rows.reduce(0) { $0 + Double($1["dice_mean"]!)! } / Double(rows.count)
      }
      let best = means.max { $0.value < $1.value }!.key
      for row in mine {
        #expect((row["chosen"] == "yes") == (row["setting"] == best))
        #expect(abs(Double(row["overall_dice_mean"]!)! - means[row["setting"]!]!) < 2e-6)
      }
      let reported = scores.filter { $0["method"] == method }
      #expect(Set(reported.map { $0["dataset"]! }) == ["chest", "liver"])
      #expect(Set(reported.map { $0["setting"]! }) == [best])
    }
    // The judged settings are read from the run directory alone.
    let printed = try Program.dipper.run(["report", out.path, "--sweep"])
    #expect(
      try printed.output
        == String(
          contentsOf: out.appending(path: "report/sweep.csv"), encoding: .utf8))
  }

  private func rows(of file: String, in out: URL) throws -> [[String: String]] {
    let text = try String(contentsOf: out.appending(path: "report/\(file)"), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }
}
