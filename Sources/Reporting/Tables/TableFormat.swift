import Evaluation

/// A format of the tables of a report.
public enum TableFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case table
  /// The tables in Markdown.
  case md
  /// One line for each data set and method.
  case csv
  /// One JSON object with sorted keys.
  case json
  /// `table` environments in booktabs style.
  case latex
  /// A page that needs no other file.
  case html

  /// The usual extension of a file of the format, without the dot.
  public var fileExtension: String {
    switch self {
    case .table: "txt"
    case .latex: "tex"
    case .md, .csv, .json, .html: rawValue
    }
  }
}

extension ScoreTable {
  /// Renders means and standard deviations per data set and method. The formats `table`, `md`,
  /// `latex` and `html` have the layout of the paper's Table 1. All formats but `table` have
  /// confidence intervals and worst cases; `md`, `latex`, `html` and `json` have paired tests,
  /// which `testsCSV` has for `csv`.
  ///
  /// The text depends on the scores and missing scores only, never on times, attempts or workers,
  /// and ends with a line feed. Every format says how its numbers were averaged. Deviations over
  /// cases are population deviations (ddof = 0); JSON has sample deviations as well.
  ///
  /// - Parameters:
  ///   - format: the format of the text.
  ///   - curves: the curves of the trainings behind the scores, which `html` shows.
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
