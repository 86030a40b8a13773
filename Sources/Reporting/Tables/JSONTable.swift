import Evaluation
import Foundation
import Imaging
import Jobs

extension ScoreTable {
  /// One JSON object with sorted keys. A missing number has no key.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(ScoreReport(self)), as: UTF8.self) + "\n"
    } catch {
      fatalError("a table of finite numbers is always JSON: \(error)")
    }
  }
}

private struct ScoreReport: Encodable {
  struct Moment: Encodable {
    var mean: Double
    var populationStd: Double
    var sampleStd: Double?
    var seedStd: Double?
    var low: Double?
    var high: Double?
    var seeds: [SeedMoment]?
  }

  struct SeedMoment: Encodable {
    var seed: UInt64?
    var n: Int
    var mean: Double
    var populationStd: Double
  }

  struct Missing: Encodable {
    var caseID: String?
    var reason: String
    var seed: UInt64?

    enum CodingKeys: String, CodingKey {
      case caseID = "case"
      case reason, seed
    }
  }

  struct Worst: Encodable {
    var caseID: String
    var dice: Double

    enum CodingKeys: String, CodingKey {
      case caseID = "case"
      case dice
    }
  }

  struct Line: Encodable {
    var dataset: String
    var method: String
    var setting: String?
    var n: Int
    var noDistance: Int
    var dice: Moment?
    var jaccard: Moment?
    var distanceUnit: String
    var hd95: Moment?
    var assd: Moment?
    var worst: [Worst]
    var missing: [Missing]
  }

  struct TestEntry: Encodable {
    var dataset: String
    var setting: String?
    var score: String
    var method: String
    var other: String
    var otherSetting: String?
    var pairs: Int
    var meanDifference: Double
    var statistic: Double
    var p: Double
    var pHolm: Double
    var distribution: String
  }

  var note: String
  var results: [Line]
  var tests: [TestEntry]

  init(_ table: ScoreTable) {
    let summaries = table.summaries
    let rules =
      averagingRule(hasSeeds: summaries.contains { $0.seeds > 1 })
      + [
        distanceRule(units: Set(summaries.map(\.distanceUnit))), "sampleStd: ddof = 1.",
        intervalRule, testRule,
      ]
    note = rules.joined(separator: " ")
    results = summaries.map(Line.init)
    tests = table.allComparisons.map(TestEntry.init)
  }
}

extension ScoreReport.Line {
  fileprivate init(_ summary: MethodSummary) {
    dataset = summary.dataset
    method = summary.method.rawValue
    setting = summary.setting.isEmpty ? nil : summary.setting
    n = summary.count
    noDistance = summary.undefined
    dice = ScoreReport.Moment(summary, of: .dice)
    jaccard = ScoreReport.Moment(summary, of: .jaccard)
    distanceUnit = summary.distanceUnit.rawValue
    hd95 = ScoreReport.Moment(summary, of: .hausdorff95)
    assd = ScoreReport.Moment(summary, of: .surfaceDistance)
    worst = summary.worst.map { ScoreReport.Worst(caseID: $0.caseID, dice: $0.value) }
    missing = summary.missingScores.map {
      ScoreReport.Missing(caseID: $0.caseID, reason: $0.reason, seed: $0.seed)
    }
  }
}

extension ScoreReport.Moment {
  fileprivate init?(_ summary: MethodSummary, of score: Score) {
    guard let average = summary[score] else { return nil }
    mean = average.mean
    populationStd = average.populationDeviation
    sampleStd = average.sampleDeviation
    seedStd = average.seedDeviation
    let interval = summary.interval(of: score)
    low = interval?.lower
    high = interval?.upper
    seeds =
      average.seeds.count == 1
      ? nil
      : average.seeds.map {
        ScoreReport.SeedMoment(
          seed: $0.seed, n: $0.cases.count, mean: $0.cases.mean,
          populationStd: $0.cases.populationDeviation)
      }
  }
}

extension ScoreReport.TestEntry {
  fileprivate init(_ comparison: PairedComparison) {
    dataset = comparison.dataset
    setting = comparison.setting.isEmpty ? nil : comparison.setting
    score = comparison.score.rawValue
    method = comparison.method.rawValue
    other = comparison.other.rawValue
    otherSetting = comparison.otherSetting.isEmpty ? nil : comparison.otherSetting
    pairs = comparison.test.pairs
    meanDifference = comparison.meanDifference
    statistic = comparison.test.statistic
    p = comparison.test.p
    pHolm = comparison.adjusted
    distribution = comparison.test.distribution.rawValue
  }
}
