import Evaluation
import Imaging
import Jobs

extension ScoreTable {
  /// A CSV table of every score, in the table's order:
  /// `dataset,method,case,dice,jaccard,seconds,job,attempt,worker,hd95_mm,assd_mm,seed,setting,hd95_px,assd_px`.
  ///
  /// Distances stand in the columns of their unit. Dice, Jaccard and distances have six decimals, seconds have three. A field without a number is
  /// empty. Fields are quoted as in RFC 4180, and lines end with a line feed.
  public var scoresCSV: String {
    let heading = [
      "dataset", "method", "case", "dice", "jaccard", "seconds", "job", "attempt", "worker",
      "hd95_mm", "assd_mm", "seed", "setting", "hd95_px", "assd_px",
    ]
    return commaSeparated(
      [heading]
        + scores.map { score in
          [
            score.dataset, score.method.rawValue, score.caseID, fixed(score.dice, decimals: 6),
            fixed(score.jaccard, decimals: 6), fixed(score.seconds, decimals: 3),
            score.job.description,
            String(score.attempt), score.worker,
            distance(score.hausdorff95, in: .millimetre, of: score),
            distance(score.surfaceDistance, in: .millimetre, of: score),
            score.seed.map(String.init) ?? "", score.setting,
            distance(score.hausdorff95, in: .pixel, of: score),
            distance(score.surfaceDistance, in: .pixel, of: score),
          ]
        })
  }

  /// A CSV table with one line for each paired test:
  /// `dataset,setting,score,method,other,pairs,mean_difference,statistic,p,p_holm,distribution,other_setting`.
  public var testsCSV: String {
    let heading = [
      "dataset", "setting", "score", "method", "other", "pairs", "mean_difference", "statistic",
      "p",
      "p_holm", "distribution", "other_setting",
    ]
    return commaSeparated(
      [heading]
        + allComparisons.map { one in
          [
            one.dataset, one.setting, one.score.rawValue, one.method.rawValue, one.other.rawValue,
            String(one.test.pairs), fixed(one.meanDifference, decimals: 6),
            fixed(one.test.statistic, decimals: 1),
            String(one.test.p), String(one.adjusted), one.test.distribution.rawValue,
            one.otherSetting,
          ]
        })
  }

  /// The paired tests of every data set and score.
  var allComparisons: [PairedComparison] {
    datasets.flatMap { dataset in
      Score.allCases.flatMap { pairedComparisons(of: dataset, by: $0) }
    }
  }

  /// A CSV table with one line for each data set, method and setting. A field is empty if there is
  /// no number.
  var csv: String {
    let heading = [
      "dataset", "method", "n", "dice_mean", "dice_population_std", "jaccard_mean",
      "jaccard_population_std", "missing", "hd95_mean", "hd95_population_std", "assd_mean",
      "assd_population_std", "no_distance", "setting", "seeds",
    ]
    let spread = Score.allCases.flatMap { score in
      ["seed_std", "low", "high"].map { "\(score.rawValue)_\($0)" }
    }
    return commaSeparated(
      [heading + spread + ["worst", "distance_unit"]] + summaries.map(csvFields))
  }
}

private func csvFields(_ summary: MethodSummary) -> [String] {
  func moments(_ score: Score) -> [String] {
    [field(summary[score]?.mean), field(summary[score]?.populationDeviation)]
  }
  func spread(_ score: Score) -> [String] {
    let interval = summary.interval(of: score)
    return [summary[score]?.seedDeviation, interval?.lower, interval?.upper].map(field)
  }
  return [summary.dataset, summary.method.rawValue, String(summary.count)]
    + moments(.dice) + moments(.jaccard) + [
      summary.missingScores.map(missing).joined(separator: "; ")
    ]
    + moments(.hausdorff95) + moments(.surfaceDistance)
    + [String(summary.undefined), summary.setting, String(summary.seeds)]
    + Score.allCases.flatMap(spread) + [summary.worst.map(\.caseID).joined(separator: " ")]
    + [summary.distanceUnit.rawValue]
}

/// Returns the field of a distance in the column of a unit; it is empty if the unit is another one.
private func distance(_ value: Double?, in unit: LengthUnit, of score: CaseScore) -> String {
  score.distanceUnit == unit ? field(value) : ""
}

private func field(_ value: Double?) -> String { value.map { fixed($0, decimals: 6) } ?? "" }

private func missing(_ hole: MissingScore) -> String {
  let seed = hole.seed.map { " seed \($0)" } ?? ""
  return "\(hole.caseID ?? "all cases")\(seed): \(hole.reason)"
}

/// Formats lines of comma-separated fields, quoted where necessary. Every line ends with a line
/// feed.
package func commaSeparated(_ lines: [[String]]) -> String {
  lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
}

/// Quotes a field that holds a comma, a quote or a line end, and doubles its quotes (RFC 4180).
private func quoted(_ field: String) -> String {
  let isPlain = field.utf8.allSatisfy { !",\"\r\n".utf8.contains($0) }
  return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
}
