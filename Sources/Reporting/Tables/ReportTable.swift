import Evaluation
import Foundation

/// A table with all that its reader must know: what the formats for people have in common.
struct ReportTable {
  struct Row {
    var label: String
    var cells: [Cell]
  }

  struct Cell {
    var text: String
    /// The best of its row.
    var isBest = false
  }

  /// What it is about, short.
  var title: String
  /// What it shows, for a caption.
  var caption: String
  /// The headings of the cells; the labels have none.
  var columns: [String]
  var rows: [Row]
  /// For people, one line each: which scores are missing and why.
  var missing: [String] = []
  /// How the numbers were made, one sentence or more each.
  var notes: [String]

  /// Whether any cell is marked.
  var marksBest: Bool { rows.contains { $0.cells.contains(where: \.isBest) } }
}

extension ScoreTable {
  /// All tables of one data set; none where it has no score and no hole.
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

/// `value` with `decimals` digits after the point, in no locale.
func fixed(_ value: Double, _ decimals: Int) -> String {
  String(format: "%.\(decimals)f", value)
}

/// `text` with every control character, line ends included, as a space: a reason comes from a worker
/// and must break neither the table nor the terminal.
func oneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
