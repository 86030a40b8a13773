import Experiments

extension ScoreTable {
  /// Every score: `dataset,method,case,dice,jaccard,seconds,job,attempt,worker`, in the table's
  /// order.
  ///
  /// Dice and Jaccard have six decimals, seconds three; fields are quoted as in RFC 4180, lines end
  /// with a line feed.
  public var scoresCSV: String {
    let heading = [
      "dataset", "method", "case", "dice", "jaccard", "seconds", "job", "attempt", "worker",
    ]
    return commaSeparated(
      [heading]
        + scores.map { score in
          [
            score.dataset, score.method.rawValue, score.caseID, fixed(score.dice, 6),
            fixed(score.jaccard, 6), fixed(score.seconds, 3), score.job.description,
            String(score.attempt), score.worker,
          ]
        })
  }

  /// One line for each data set and method; a field is empty where there is no number.
  var csv: String {
    let heading = [
      "dataset", "method", "n", "dice_mean", "dice_population_std", "jaccard_mean",
      "jaccard_population_std", "missing",
    ]
    return commaSeparated(
      [heading]
        + summaries.map { summary in
          [summary.dataset, summary.method.rawValue, String(summary.count)]
            + fields(summary.dice) + fields(summary.jaccard)
            + [summary.holes.map(missing).joined(separator: "; ")]
        })
  }
}

private func fields(_ moments: Moments?) -> [String] {
  moments.map { [fixed($0.mean, 6), fixed($0.populationDeviation, 6)] } ?? ["", ""]
}

private func missing(_ hole: Hole) -> String { "\(hole.caseID ?? "all cases"): \(hole.reason)" }

func commaSeparated(_ lines: [[String]]) -> String {
  lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
}

/// RFC 4180: in quotes where the field holds a comma, a quote or a line end; quotes doubled.
private func quoted(_ field: String) -> String {
  let isPlain = field.utf8.allSatisfy { !",\"\r\n".utf8.contains($0) }
  return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
}
