import Experiments
import Foundation

extension ScoreTable {
  /// One object, keys sorted; what there is no number for has no key.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(Report(self)), as: UTF8.self) + "\n"
    } catch {
      fatalError("a table of finite numbers is always JSON: \(error)")
    }
  }
}

private struct Report: Encodable {
  struct Moment: Encodable {
    var mean: Double
    var populationStd: Double
    var sampleStd: Double?
  }

  struct Missing: Encodable {
    var caseID: String?
    var reason: String

    enum CodingKeys: String, CodingKey {
      case caseID = "case"
      case reason
    }
  }

  struct Line: Encodable {
    var dataset: String
    var method: String
    var n: Int
    var dice: Moment?
    var jaccard: Moment?
    var missing: [Missing]
  }

  var note = "\(ComparisonTable.note) sampleStd: ddof = 1."
  var results: [Line]

  init(_ table: ScoreTable) {
    results = table.summaries.map { summary in
      Line(
        dataset: summary.dataset, method: summary.method.rawValue, n: summary.count,
        dice: Moment(summary.dice), jaccard: Moment(summary.jaccard),
        missing: summary.holes.map { Missing(caseID: $0.caseID, reason: $0.reason) })
    }
  }
}

extension Report.Moment {
  fileprivate init?(_ moments: Moments?) {
    guard let moments else { return nil }
    mean = moments.mean
    populationStd = moments.populationDeviation
    sampleStd = moments.sampleDeviation
  }
}
