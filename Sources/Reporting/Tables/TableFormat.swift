import Evaluation

/// How the statistics of an experiment are written.
public enum TableFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case table
  /// Markdown tables.
  case md
  /// One line for each data set and method.
  case csv
  /// One object, keys sorted.
  case json
  /// `table` environments in booktabs style.
  case latex
  /// A page that needs no other file.
  case html

  /// The usual ending of a file's name, without the dot.
  public var fileExtension: String {
    switch self {
    case .table: "txt"
    case .latex: "tex"
    case .md, .csv, .json, .html: rawValue
    }
  }
}

extension ScoreTable {
  /// Means and standard deviations per data set and method, in the layout of the paper's Table 1
  /// where the format is for people; but for `table`, also confidence intervals, worst cases and, where
  /// there is room (`csv` has `testsCSV` beside it), paired tests. Depends on the scores and holes
  /// only, never on times, attempts or workers; ends with a line feed.
  ///
  /// Every format says how its numbers were averaged; deviations over cases are of the population
  /// (ddof = 0), JSON has both.
  ///
  /// - Parameter curves: of the trainings behind the scores, for the formats that show them: `html`.
  public func rendered(as format: TableFormat, with curves: [JobCurve] = []) -> String {
    switch format {
    case .table: text
    case .md: markdown
    case .csv: csv
    case .json: json
    case .latex: latex
    case .html: html(with: curves)
    }
  }
}
