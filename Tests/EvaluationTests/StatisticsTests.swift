import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import Jobs
import Methods
import Reporting
import RunFixtures
import TestSupport
import Testing

struct StatisticsTests {
  @Test("the signed-rank test agrees with SciPy") func matchesSciPy() throws {
    let golden = try StatisticsGolden.read()
    #expect(Set(golden.tests.map(\.distribution)) == ["exact", "normal"])
    for sample in golden.tests {
      let test = try #require(WilcoxonTest(differences: sample.differences))
      #expect(test.pairs == sample.differences.count)
      #expect(test.distribution.rawValue == sample.distribution)
      #expect(test.statistic == sample.statistic)
      #expect(abs(test.p - sample.p) <= 1e-12)
    }
  }

  @Test("the exact p-value of three differences is the one computed by hand") func handComputed()
    throws
  {
    // Two of the 8 choices of signs of the ranks 1, 2, 3 have positive ranks that sum to at most 1.
    let test = try #require(WilcoxonTest(differences: [0.5, -0.1, 0.3]))
    #expect(test.statistic == 1 && test.distribution == .exact)
    #expect(test.p == 0.5)
  }

  @Test("pairs without a difference have p = 1") func equalPairs() throws {
    let test = try #require(WilcoxonTest(differences: [0, 0, 0]))
    #expect(test.p == 1 && test.statistic == 0 && test.pairs == 3)
    #expect(WilcoxonTest(differences: []) == nil)
  }

  @Test("the test does not depend on the sign or the order of the differences") func symmetry()
    throws
  {
    var generator = SeededGenerator(seed: 5)
    for count in 1...40 {
      let values = (0..<count).map { _ in generator.pick([-3.0, -1, 0, 1, 2, 0.37]) }
      let test = try #require(WilcoxonTest(differences: values))
      #expect(WilcoxonTest(differences: values.map { -$0 }) == test)
      #expect(WilcoxonTest(differences: values.shuffled(using: &generator)) == test)
      #expect((0...1).contains(test.p))
    }
  }

  @Test("exact and normal p-values nearly agree at 25 pairs") func exactAndNormal() throws {
    // The exact p-value is used for 25 pairs, the normal one for 26; they may differ by 0.02.
    let differences = (1...25).map { Double($0) * ($0 % 3 == 0 ? -1 : 1) }
    let exact = try #require(WilcoxonTest(differences: differences))
    let normal = try #require(WilcoxonTest(differences: differences + [26 * 0.0001]))
    #expect(exact.distribution == .exact && normal.distribution == .normal)
    #expect(abs(exact.p - normal.p) < 0.02)
  }

  @Test("the bootstrap interval agrees with SciPy to within chance") func intervalMatchesSciPy()
    throws
  {
    for sample in try StatisticsGolden.read().intervals {
      let interval = try #require(ConfidenceInterval(ofMean: sample.values, seed: 3))
      // The standard error of an end is about a hundredth of the interval at 10,000 resamples.
      let tolerance = 0.05 * (sample.high - sample.low)
      #expect(abs(interval.lower - sample.low) < tolerance)
      #expect(abs(interval.upper - sample.high) < tolerance)
    }
  }

  @Test("95 % intervals hold the true mean in about 95 % of trials") func coverage() throws {
    var generator = SplitMix64(seed: 17)
    let trials = 600
    let holding = (0..<trials).count { trial in
      let values = (0..<40).map { _ in 3 + generator.normal() }
      let interval = ConfidenceInterval(ofMean: values, resamples: 400, seed: UInt64(trial))!
      return interval.lower <= 3 && 3 <= interval.upper
    }
    // The coverage is a little below 95 % for 40 values; three standard errors are 2.7 %.
    #expect((0.91...0.98).contains(Double(holding) / Double(trials)))
  }

  @Test("the bootstrap interval depends on the seed alone") func intervalSeed() throws {
    let values = [0.1, 0.7, 0.4, 0.9, 0.2]
    let one = ConfidenceInterval(ofMean: values, seed: 1)
    #expect(ConfidenceInterval(ofMean: values, seed: 1) == one)
    #expect(ConfidenceInterval(ofMean: values, seed: 2) != one)
    let same = try #require(ConfidenceInterval(ofMean: [0.5, 0.5], seed: 1))
    #expect(same.lower == 0.5 && same.upper == 0.5)
    #expect(ConfidenceInterval(ofMean: [0.5], seed: 1) == nil)
  }
}

/// Tests of averages over cases and seeds and of comparisons of methods.
struct AggregationTests {
  /// Returns a table of M3 with two seeds, and of other methods with one or none.
  private func table() throws -> ScoreTable {
    try ScoreTable(
      datasets: ["lung"],
      scores: [
        seeded(.m3, seed: 1, caseID: "a", dice: 0.5), seeded(.m3, seed: 1, caseID: "b", dice: 0.7),
        seeded(.m3, seed: 2, caseID: "a", dice: 0.9),
        seeded(.m3, seed: 2, caseID: "b", dice: 0.9), seeded(.m1, seed: 1, caseID: "a", dice: 0.8),
        seeded(.m1, seed: 1, caseID: "b", dice: 0.2),
        seeded(.totalVariation, seed: nil, caseID: "b", dice: 0.8),
      ], missingScores: [])
  }

  private func seeded(
    _ method: Jobs.Method, seed: UInt64?, caseID: String, dice: Double,
    setting: String = ""
  ) -> CaseScore {
    var one = score("lung", method, caseID, dice)
    one.seed = seed
    one.setting = setting
    return one
  }

  @Test("cases are averaged for each seed, then the seeds") func seedAverages() throws {
    let m3 = try #require(try table().summaries(of: "lung").first { $0.method == .m3 })
    let dice = try #require(m3[.dice])
    #expect(m3.count == 2 && m3.seeds == 2)
    #expect(dice.seeds.map(\.seed) == [1, 2])
    #expect(dice.seeds.map(\.cases.mean).map(rounded) == [0.6, 0.9])
    #expect(rounded(dice.mean) == 0.75)
    // The deviation over the cases is 0.1 for one seed and 0 for the other.
    #expect(rounded(dice.populationDeviation) == 0.05)
    // The deviation over 0.6 and 0.9 with ddof = 1 is 0.3 / sqrt(2).
    #expect(rounded(try #require(dice.seedDeviation)) == 0.212132034356)
    #expect(m3.worst.map(\.caseID) == ["a", "b"])
    #expect(m3.worst.map(\.value).map(rounded) == [0.7, 0.8])
  }

  @Test("one seed has no deviation over seeds") func oneSeed() throws {
    let summaries = try table().summaries(of: "lung")
    #expect(summaries.filter { $0.method != .m3 }.allSatisfy { $0[.dice]?.seedDeviation == nil })
    #expect(summaries.last?.interval(of: .dice) == nil)
  }

  @Test("seeds are averaged before cases are paired") func pairedSeeds() throws {
    let comparisons = try table().pairedComparisons(of: "lung", by: .dice)
    #expect(comparisons.map(\.method) == [.m3, .m3])
    #expect(comparisons.map(\.other) == [.m1, .totalVariation])
    #expect(comparisons.map(\.test.pairs) == [2, 1])
    // The differences are (0.7 - 0.8 + 0.8 - 0.2) / 2 and 0.8 - 0.8.
    #expect(comparisons.map(\.meanDifference).map(rounded) == [0.25, 0])
  }

  @Test("M3 and M4 are compared with all other methods, and with each other once")
  func comparisons() throws {
    let scores = MethodCatalogue.defaults.flatMap { method in
      (1...3).map {
        seeded(
          method, seed: nil, caseID: "\($0)", dice: 0.5 + Double(method.rawValue.count * $0) / 100)
      }
    }
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    let pairs = table.pairedComparisons(of: "lung", by: .dice).map {
      "\($0.method.rawValue)-\($0.other.rawValue)"
    }
    #expect(
      pairs == [
        "M3-M1", "M3-M2", "M3-M4", "M3-TV", "M3-Elastica", "M3-DIP", "M4-M1", "M4-M2", "M4-TV",
        "M4-Elastica", "M4-DIP",
      ])
  }

  @Test("p-values are adjusted by Holm's procedure") func holm() throws {
    // For 5 pairs p is 1/16 if all differences have one sign, and 1 if the rank sums balance.
    let rivals: [(Jobs.Method, [Double])] = [
      (.m1, [0.1, 0.2, 0.3, 0.4, 0.5]), (.m2, [-0.1, 0.2, 0.3, 0.4, 0.5]),
      (.totalVariation, [0.3, -0.1, -0.2, 0.25, -0.28]),
    ]
    var scores = (0..<5).map { seeded(.m3, seed: 1, caseID: "\($0)", dice: 0.5) }
    for (method, differences) in rivals {
      scores += differences.enumerated().map {
        seeded(method, seed: 1, caseID: "\($0)", dice: 0.5 - $1)
      }
    }
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    let comparisons = table.pairedComparisons(of: "lung", by: .dice)
    #expect(comparisons.map(\.test.p) == [0.0625, 0.125, 1])
    #expect(comparisons.map(\.adjusted) == [0.1875, 0.25, 1])
  }

  @Test("the settings of a method are summarised side by side") func settings() throws {
    let scores = ["theta=3", "theta=8"].flatMap { setting in
      [Jobs.Method.m1, .m3].flatMap { method in
        ["a", "b"].map {
          seeded(
            method, seed: 1, caseID: $0, dice: setting == "theta=3" ? 0.5 : 0.75, setting: setting)
        }
      }
    }
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    let summaries = table.summaries
    #expect(summaries.map(\.setting) == ["theta=3", "theta=8", "theta=3", "theta=8"])
    #expect(summaries.map { $0[.dice]?.mean } == [0.5, 0.75, 0.5, 0.75])
    let comparisons = table.pairedComparisons(of: "lung", by: .dice)
    #expect(comparisons.map(\.setting) == ["theta=3", "theta=8"])
    #expect(table.rendered(as: .md).contains("| M1 theta=3 | M1 theta=8 | M3 theta=3 |"))
  }

  @Test("methods with one setting each are compared whatever the settings' names are")
  func onlySettings() throws {
    let scores = ["a", "b"].flatMap {
      [
        seeded(.m3, seed: 1, caseID: $0, dice: 0.75, setting: "theta=8"),
        seeded(.m4, seed: 1, caseID: $0, dice: 0.5, setting: "theta=3"),
        seeded(.totalVariation, seed: nil, caseID: $0, dice: 0.25),
      ]
    }
    let table = try ScoreTable(datasets: ["lung"], scores: scores, missingScores: [])
    let found = table.pairedComparisons(of: "lung", by: .dice)
    #expect(found.map(\.other) == [.m4, .totalVariation, .totalVariation])
    #expect(found.map(\.meanDifference) == [0.25, 0.5, 0.25])
    let text = table.rendered(as: .md)
    #expect(text.contains("| M3 - M4 | 2 | +0.250 |") && text.contains("| M4 - TV | 2 | +0.250 |"))
    #expect(text.contains("Settings on lung: M3: theta=8; M4: theta=3."))
  }

  @Test("undefined distances are left out of means and counted") func undefinedDistances() throws {
    var empty = seeded(.m1, seed: 1, caseID: "b", dice: 0)
    empty.hausdorff95 = nil
    empty.surfaceDistance = nil
    let table = try ScoreTable(
      datasets: ["lung"],
      scores: [
        seeded(.m1, seed: 1, caseID: "a", dice: 0.5), empty,
        seeded(.m2, seed: 1, caseID: "a", dice: 0.4),
      ],
      missingScores: [])
    let m1 = try #require(table.summaries.first)
    #expect(m1.undefined == 1 && m1.count == 2)
    #expect(m1[.hausdorff95]?.mean == 5 && m1[.hausdorff95]?.cases == 1)
    #expect(m1[.dice]?.mean == 0.25)
    #expect(table.rendered(as: .md).contains("| no distance | 1 | 0 |\n"))
    #expect(table.scoresCSV.contains(",1,node-1,,,1,,,\n"))
  }

  @Test("a table of several seeds says how they are averaged") func seedCaption() throws {
    let table = try table()
    for format in TableFormat.allCases where format != .csv {
      #expect(table.rendered(as: format).contains("the mean over the cases for each seed"))
    }
    let markdown = table.rendered(as: .md)
    #expect(markdown.contains("| seeds | 1 | 2 | 1 |\n"))
    #expect(markdown.contains("| DICE seed std | - | 0.212 | - |\n"))
  }

  @Test("a missing or duplicate score is named with its seed") func missingSeed() throws {
    let hole = MissingScore(dataset: "lung", method: .m3, caseID: "c", reason: "lost", seed: 2)
    let table = try ScoreTable(
      datasets: ["lung"], scores: try table().scores, missingScores: [hole])
    #expect(table.rendered(as: .table).contains("missing: M3, seed 2, case c: lost\n"))
    let twice = expectError(in: .evaluation) {
      try ScoreTable(
        datasets: ["lung"],
        scores: [
          seeded(.m3, seed: 2, caseID: "a", dice: 0.5),
          seeded(.m3, seed: 2, caseID: "a", dice: 0.6),
        ],
        missingScores: [])
    }
    #expect(twice?.message.contains("lung M3 seed 2 a") == true)
  }

  @Test("a negative distance is refused") func negativeDistance() {
    var one = seeded(.m1, seed: 1, caseID: "a", dice: 0.5)
    one.hausdorff95 = -1
    let error = expectError(in: .evaluation) {
      try ScoreTable(datasets: ["lung"], scores: [one], missingScores: [])
    }
    #expect(error?.code == .scoreInvalid)
  }

  private func rounded(_ value: Double) -> Double { (value * 1e12).rounded() / 1e12 }
}
