/// How a table of mean scores is written.
public enum TableFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case table
  /// A Markdown table for each data set.
  case md
  /// One line for each data set and method.
  case csv
  /// One object, keys sorted.
  case json
  /// A `table` environment in booktabs style for each data set.
  case latex

  /// The usual ending of a file's name, without the dot.
  public var fileExtension: String {
    switch self {
    case .table: "txt"
    case .latex: "tex"
    case .md, .csv, .json: rawValue
    }
  }
}

extension ScoreTable {
  /// Means and standard deviations per data set and method, in the layout of the paper's Table 1
  /// where the format is for people. Depends on the scores and holes only, never on times, attempts
  /// or workers; ends with a line feed.
  ///
  /// Deviations are of the population (ddof = 0), which every format says; JSON has both.
  public func rendered(as format: TableFormat) -> String {
    switch format {
    case .table: text
    case .md: markdown
    case .csv: csv
    case .json: json
    case .latex: latex
    }
  }
}
