import Evaluation
import Foundation

/// A table with its captions and notes, from which the formatted tables are rendered.
struct ReportTable {
  struct Row {
    var label: String
    var cells: [Cell]
  }

  struct Cell {
    var text: String
    /// True if the cell is the best of its row.
    var isBest = false
  }

  /// The title of the table.
  var title: String
  /// The caption, a sentence that says what the table shows.
  var caption: String
  /// The headings of the columns of cells; the column of labels has none.
  var columns: [String]
  var rows: [Row]
  /// The missing scores with their reasons, one line each.
  var missing: [String] = []
  /// The rules by which the numbers were computed, one or more sentences each.
  var notes: [String]

  /// True if any cell is marked as the best.
  var marksBest: Bool { rows.contains { $0.cells.contains(where: \.isBest) } }
}

extension ScoreTable {
  /// Returns all tables of one data set; the list is empty if the data set has neither scores nor
  /// missing scores.
  func tables(of dataset: String) -> [ReportTable] {
    let summaries = summaries(of: dataset)
    guard !summaries.isEmpty else { return [] }
    return [
      ReportTable(comparing: summaries, on: dataset, sharingSettings: sharesSettings)
    ]
      + [
        ReportTable(intervalsOf: summaries, on: dataset),
        ReportTable(tests: self, of: summaries, on: dataset),
      ].filter { !$0.rows.isEmpty }
  }
}

/// Formats a number with `decimals` digits after the point, independently of the locale.
func fixed(_ value: Double, decimals: Int) -> String {
  String(format: "%.\(decimals)f", value)
}

/// Replaces every control character of a text, including line ends, by a space. Reasons come from
/// workers and must break neither the table nor the terminal.
func oneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
