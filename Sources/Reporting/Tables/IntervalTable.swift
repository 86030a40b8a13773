import Evaluation

extension ReportTable {
  /// How sure the means of one data set are, and where each method did worst: methods as rows; empty
  /// where none has two cases.
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
        cells: scores.flatMap { intervalCells(of: $0, summary) } + [Cell(text: worst(summary))])
    }
    notes = [intervalRule]
  }
}

/// How intervals are made, in a sentence.
let intervalRule =
  "Intervals: percentile bootstrap, \(ConfidenceInterval.resamples) resamples of the cases, seeds "
  + "averaged first; for few cases somewhat too narrow."

private func intervalCells(of score: Score, _ summary: MethodSummary) -> [ReportTable.Cell] {
  let mean = summary[score].map { fixed($0.mean, score.decimals) } ?? "-"
  let interval = summary.interval(of: score).map {
    "\(fixed($0.lower, score.decimals)) to \(fixed($0.upper, score.decimals))"
  }
  return [ReportTable.Cell(text: mean), ReportTable.Cell(text: interval ?? "-")]
}

/// `0021 (0.412), 0018 (0.500)`.
private func worst(_ summary: MethodSummary) -> String {
  summary.worst.map { "\($0.caseID) (\(fixed($0.value, Score.dice.decimals)))" }
    .joined(separator: ", ")
}
