import Evaluation
import Jobs

extension ReportTable {
  /// One data set in the layout of the paper's Table 1: methods as columns, means and deviations as
  /// rows.
  ///
  /// - Parameter shared: whether a method's setting was chosen for all data sets together.
  init(comparing summaries: [MethodSummary], on dataset: String, sharingSettings shared: Bool) {
    let hasSeeds = summaries.contains { $0.seeds > 1 }
    title = dataset
    caption = "Results for the test cases of \(dataset)."
    columns = summaries.map { summaries.label(of: $0.method, setting: $0.setting) }
    rows = [Row(label: "n", cells: summaries.map { Cell(text: String($0.count)) })]
    if hasSeeds {
      rows.append(Row(label: "seeds", cells: summaries.map { Cell(text: String($0.seeds)) }))
    }
    for score in Score.allCases { rows += averageRows(score, summaries, hasSeeds: hasSeeds) }
    if summaries.contains(where: { $0.undefined > 0 }) {
      rows.append(
        Row(label: "no distance", cells: summaries.map { Cell(text: String($0.undefined)) }))
    }
    missing = summaries.flatMap(missingLines)
    let settings = summaries.settingsInWords.map {
      (shared ? "Settings, one for all data sets: " : "Settings on \(dataset): ") + $0 + "."
    }
    notes = averagingRule(hasSeeds: hasSeeds) + [settings].compactMap(\.self)
  }
}

/// How cases and seeds are averaged, in sentences.
func averagingRule(hasSeeds: Bool) -> [String] {
  [
    "Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks "
      + "score 1.",
    hasSeeds
      ? "With several seeds: the mean over the cases for each seed, then mean and sample standard "
        + "deviation (seed std, ddof = 1) of these over the seeds; std is averaged over the seeds."
      : nil,
    "HD95 and ASSD in mm, 1 mm a pixel where the image's file has no spacing; undefined where a mask "
      + "is empty, left out of mean and std and counted (no distance).",
  ].compactMap(\.self)
}

/// Mean and deviations of a score. The best mean, to the digits shown, is marked among the methods
/// with the most cases: a mean over fewer cases is no rival.
private func averageRows(
  _ score: Score, _ summaries: [MethodSummary], hasSeeds: Bool
) -> [ReportTable.Row] {
  let averages = summaries.map { $0[score] }
  let most = averages.compactMap { $0?.cases }.max() ?? 0
  let means = averages.map { $0.map { fixed($0.mean, score.decimals) } }
  let rivals = zip(averages, means).filter { $0.0?.cases == most }.compactMap(\.1)
  func isBetter(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Double(one)!, Double(other)!)
    return score.isDistance ? one > other : one < other
  }
  let best = rivals.max(by: isBetter)
  func row(_ name: String, _ value: (Average) -> Double?) -> ReportTable.Row {
    ReportTable.Row(
      label: "\(score.label) \(name)",
      cells: averages.map {
        ReportTable.Cell(text: $0.flatMap(value).map { fixed($0, score.decimals) } ?? "-")
      })
  }
  let meanRow = ReportTable.Row(
    label: "\(score.label) mean",
    cells: zip(averages, means).map {
      ReportTable.Cell(text: $1 ?? "-", isBest: $0?.cases == most && $1 != nil && $1 == best)
    })
  return [meanRow, row("std", \.populationDeviation)]
    + (hasSeeds ? [row("seed std", \.seedDeviation)] : [])
}

/// `M3, cases 0018, 0021: discarded after 3 attempts`: one line for each reason and seed.
private func missingLines(_ summary: MethodSummary) -> [String] {
  struct Cause: Hashable {
    var seed: UInt64?
    var reason: String
  }
  var causes: [Cause] = []
  for hole in summary.missingScores {
    let cause = Cause(seed: summary.seeds > 1 ? hole.seed : nil, reason: hole.reason)
    if !causes.contains(cause) { causes.append(cause) }
  }
  return causes.map { cause in
    let holes = summary.missingScores.filter {
      $0.reason == cause.reason && (cause.seed == nil || $0.seed == cause.seed)
    }
    let cases = holes.compactMap(\.caseID)
    let isWhole = cases.count < holes.count
    let what =
      isWhole
      ? "all cases" : "case\(cases.count == 1 ? "" : "s") \(cases.joined(separator: ", "))"
    let seed = cause.seed.map { ", seed \($0)" } ?? ""
    return oneLine("\(summary.label)\(seed), \(what): \(cause.reason)")
  }
}
