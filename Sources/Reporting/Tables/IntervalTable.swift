import Evaluation

extension ReportTable {
  /// Creates the table of the confidence intervals of one data set's means and of each method's worst
  /// cases, with methods as rows. It is empty if no method has two cases.
  init(intervalsOf summaries: [MethodSummary], on dataset: String) {
    let scores: [Score] = [.dice, .hausdorff95]
    title = "\(dataset): 95 % intervals and worst cases"
    caption =
      "95 % confidence intervals of the means, and the cases of the lowest Dice, on \(dataset)."
    columns =
      scores.flatMap { ["\($0.label) mean", "95 % interval"] } + ["worst cases (DICE)"]
    rows = summaries.filter { $0.worst.count > 1 }.map { summary in
      Row(
        label: summaries.label(of: summary.method, setting: summary.setting),
        cells: scores.flatMap { intervalCells(of: $0, in: summary) } + [Cell(text: worst(summary))])
    }
    notes = [intervalRule]
  }
}

/// Explains how the confidence intervals are computed.
let intervalRule =
  "Intervals: percentile bootstrap, \(ConfidenceInterval.resamples) resamples of the cases, seeds "
  + "averaged first; for few cases somewhat too narrow."

private func intervalCells(of score: Score, in summary: MethodSummary) -> [ReportTable.Cell] {
  let mean = summary[score].map { fixed($0.mean, decimals: score.decimals) } ?? "-"
  let interval = summary.interval(of: score).map {
    "\(fixed($0.lower, decimals: score.decimals)) to \(fixed($0.upper, decimals: score.decimals))"
  }
  return [ReportTable.Cell(text: mean), ReportTable.Cell(text: interval ?? "-")]
}

/// Lists the worst cases with their scores: `0021 (0.412), 0018 (0.500)`.
private func worst(_ summary: MethodSummary) -> String {
  summary.worst.map { "\($0.caseID) (\(fixed($0.value, decimals: Score.dice.decimals)))" }
    .joined(separator: ", ")
}
