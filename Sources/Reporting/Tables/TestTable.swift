import Evaluation
import Jobs

extension ReportTable {
  /// Creates the table of the signed-rank tests of one data set, with pairs of methods as rows. It is empty
  /// if M3 and M4 cannot be compared with any method.
  init(tests table: ScoreTable, of summaries: [MethodSummary], on dataset: String) {
    let scores: [Score] = [.dice, .hausdorff95]
    let comparisons = scores.map { table.pairedComparisons(of: dataset, by: $0) }
    title = "\(dataset): paired tests"
    caption = "M3 and M4 against the other methods on the cases of \(dataset) that both have."
    columns = scores.flatMap { ["pairs", "\($0.label) difference", "p", "p (Holm)"] }
    rows = comparisons[0].map { one in
      let distance = comparisons[1].first {
        ($0.method, $0.setting, $0.other, $0.otherSetting)
          == (one.method, one.setting, one.other, one.otherSetting)
      }
      return Row(
        label: summaries.label(of: one.method, setting: one.setting) + " - "
          + summaries.label(of: one.other, setting: one.otherSetting),
        cells: testCells(one) + testCells(distance))
    }
    notes = [testRule]
  }
}

/// Explains how methods are compared.
let testRule =
  "Wilcoxon's signed-rank test, two-sided, on the mean over the seeds of each case; exact for up to "
  + "\(WilcoxonTest.exactLimit) pairs, else the normal approximation with Pratt's correction for "
  + "zeros and that for ties. p (Holm) is adjusted for the comparisons of a score on a data set."

private func testCells(_ comparison: PairedComparison?) -> [ReportTable.Cell] {
  guard let comparison else { return [ReportTable.Cell](repeating: .init(text: "-"), count: 4) }
  let difference = fixed(comparison.meanDifference, decimals: comparison.score.decimals)
  return [
    String(comparison.test.pairs), comparison.meanDifference > 0 ? "+\(difference)" : difference,
    probability(comparison.test.p), probability(comparison.adjusted),
  ].map { ReportTable.Cell(text: $0) }
}

/// Formats a p-value with four digits after the point; smaller values become `< 0.0001`.
private func probability(_ p: Double) -> String { p < 0.0001 ? "< 0.0001" : fixed(p, decimals: 4) }
