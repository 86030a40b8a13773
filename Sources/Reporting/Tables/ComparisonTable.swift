import Evaluation
import Imaging
import Jobs

extension ReportTable {
  /// Creates the table of one data set in the layout of the paper's Table 1, with methods as
  /// columns and means and deviations as rows.
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
    for score in Score.allCases {
      rows += averageRows(of: score, in: summaries, hasSeeds: hasSeeds)
    }
    if summaries.contains(where: { $0.undefined > 0 }) {
      rows.append(
        Row(label: "no distance", cells: summaries.map { Cell(text: String($0.undefined)) }))
    }
    missing = summaries.flatMap(missingLines)
    let settings = summaries.settingsInWords.map {
      (shared ? "Settings, one for all data sets: " : "Settings on \(dataset): ") + $0 + "."
    }
    notes =
      averagingRule(hasSeeds: hasSeeds)
      + [distanceRule(units: Set(summaries.map(\.distanceUnit))), settings].compactMap(\.self)
  }
}

/// Explains how cases and seeds are averaged.
func averagingRule(hasSeeds: Bool) -> [String] {
  [
    "Mean and population standard deviation (std, ddof = 0) over the n test cases; two empty masks "
      + "score 1.",
    hasSeeds
      ? "With several seeds: the mean over the cases for each seed, then mean and sample standard "
        + "deviation (seed std, ddof = 1) of these over the seeds; std is averaged over the seeds."
      : nil,
  ].compactMap(\.self)
}

/// Explains the surface distances, whose unit is the same for all cases of a data set.
func distanceRule(units: Set<LengthUnit>) -> String {
  let unit =
    switch units {
    case [.pixel]: "in pixels, because the file of an image gives no spacing"
    case [.millimetre, .pixel]:
      "in mm, or in pixels on data sets with an image whose file gives no spacing"
    default: "in mm"
    }
  return "HD95 and ASSD \(unit); undefined where a mask is empty, left out of mean and std and "
    + "counted (no distance)."
}

/// Returns the rows of a score's mean and deviations. The best mean, to the digits shown, is
/// marked. Only methods with the most cases take part, because a mean over fewer cases cannot be
/// compared.
private func averageRows(
  of score: Score, in summaries: [MethodSummary], hasSeeds: Bool
) -> [ReportTable.Row] {
  let averages = summaries.map { $0[score] }
  let most = averages.compactMap { $0?.cases }.max() ?? 0
  let means = averages.map { $0.map { fixed($0.mean, decimals: score.decimals) } }
  let rivals = zip(averages, means).filter { $0.0?.cases == most }.compactMap(\.1)
  let best = rivals.max { isWorse($0, than: $1, by: score) }
  func row(_ name: String, of value: (Average) -> Double?) -> ReportTable.Row {
    ReportTable.Row(
      label: "\(score.label) \(name)",
      cells: averages.map {
        ReportTable.Cell(text: $0.flatMap(value).map { fixed($0, decimals: score.decimals) } ?? "-")
      })
  }
  let meanRow = ReportTable.Row(
    label: "\(score.label) mean",
    cells: zip(averages, means).map {
      ReportTable.Cell(text: $1 ?? "-", isBest: $0?.cases == most && $1 != nil && $1 == best)
    })
  return [meanRow, row("std", of: \.populationDeviation)]
    + (hasSeeds ? [row("seed std", of: \.seedDeviation)] : [])
}

/// Compares two means as they are shown, because the best one is marked by the digits that a reader
/// sees.
private func isWorse(_ one: String, than other: String, by score: Score) -> Bool {
  guard let first = Double(one), let second = Double(other) else { return false }
  return score.isDistance ? first > second : first < second
}

/// Returns one line for each reason and seed, such as `M3, cases 0018, 0021: discarded after 3
/// attempts`.
private func missingLines(_ summary: MethodSummary) -> [String] {
  struct Cause: Hashable {
    var seed: UInt64?
    var reason: String
  }
  var causes: [Cause] = []
  for score in summary.missingScores {
    let cause = Cause(seed: summary.seeds > 1 ? score.seed : nil, reason: score.reason)
    if !causes.contains(cause) { causes.append(cause) }
  }
  return causes.map { cause in
    let missing = summary.missingScores.filter {
      $0.reason == cause.reason && (cause.seed == nil || $0.seed == cause.seed)
    }
    let cases = missing.compactMap(\.caseID)
    let isWhole = cases.count < missing.count
    let subject =
      isWhole
      ? "all cases" : "case\(cases.count == 1 ? "" : "s") \(cases.joined(separator: ", "))"
    let seed = cause.seed.map { ", seed \($0)" } ?? ""
    return oneLine("\(summary.label)\(seed), \(subject): \(cause.reason)")
  }
}
