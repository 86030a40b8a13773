import Experiments
import Foundation

/// One data set in the layout of the paper's Table 1: methods as columns, means and deviations as
/// rows. What the formats for people have in common.
struct ComparisonTable {
  struct Row {
    var label: String
    var cells: [Cell]
  }

  struct Cell {
    var text: String
    /// The best mean, to three decimals, among the methods with the most cases: a mean over fewer
    /// cases is no rival.
    var isBest = false
  }

  static let note =
    "Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks "
    + "score 1."

  let dataset: String
  let methods: [String]
  let rows: [Row]
  /// For people, one line each: which scores are missing and why.
  let missing: [String]

  init(dataset: String, summaries: [MethodSummary]) {
    self.dataset = dataset
    methods = summaries.map(\.method.rawValue)
    rows =
      [Row(label: "n", cells: summaries.map { Cell(text: String($0.count)) })]
      + momentRows("DICE", summaries, \.dice) + momentRows("JACCARD", summaries, \.jaccard)
    missing = summaries.flatMap(missingLines)
  }
}

extension ScoreTable {
  /// A table for each data set that has a score or a hole.
  var comparisons: [ComparisonTable] {
    datasets.compactMap { dataset in
      let summaries = summaries(of: dataset)
      return summaries.isEmpty ? nil : ComparisonTable(dataset: dataset, summaries: summaries)
    }
  }
}

private func momentRows(
  _ score: String, _ summaries: [MethodSummary], _ moments: KeyPath<MethodSummary, Moments?>
) -> [ComparisonTable.Row] {
  let most = summaries.map(\.count).max() ?? 0
  let means = summaries.map { $0[keyPath: moments].map { fixed($0.mean, 3) } }
  // Numbers of one shape, `0.976`, are ordered as text.
  let best = zip(summaries, means).filter { $0.0.count == most }.compactMap(\.1).max()
  return [
    ComparisonTable.Row(
      label: "\(score) mean",
      cells: zip(summaries, means).map {
        ComparisonTable.Cell(text: $1 ?? "-", isBest: $0.count == most && $1 != nil && $1 == best)
      }),
    ComparisonTable.Row(
      label: "\(score) std",
      cells: summaries.map {
        ComparisonTable.Cell(
          text: $0[keyPath: moments].map { fixed($0.populationDeviation, 3) } ?? "-")
      }),
  ]
}

/// `M3, cases 0018, 0021: set aside after 3 attempts`: one line for each reason.
private func missingLines(_ summary: MethodSummary) -> [String] {
  var reasons: [String] = []
  for hole in summary.holes where !reasons.contains(hole.reason) { reasons.append(hole.reason) }
  return reasons.map { reason in
    let holes = summary.holes.filter { $0.reason == reason }
    let cases = holes.compactMap(\.caseID)
    let isWhole = cases.count < holes.count
    let what =
      isWhole
      ? "all cases" : "case\(cases.count == 1 ? "" : "s") \(cases.joined(separator: ", "))"
    return oneLine("\(summary.method.rawValue), \(what): \(reason)")
  }
}

/// `value` with `decimals` digits after the point, in no locale.
func fixed(_ value: Double, _ decimals: Int) -> String {
  String(format: "%.\(decimals)f", value)
}

/// `text` with every control character, line ends included, as a space: a reason comes from a worker
/// and must break neither the table nor the terminal.
private func oneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
