import Evaluation

extension ScoreTable {
  /// The comparison of each data set in aligned columns for a terminal. A `*` marks the best mean.
  var text: String {
    let comparisons = datasets.compactMap { dataset in
      let summaries = summaries(of: dataset)
      return summaries.isEmpty
        ? nil : ReportTable(comparing: summaries, on: dataset, sharingSettings: sharesSettings)
    }
    guard !comparisons.isEmpty else { return "no scores\n" }
    let notes = comparisons.flatMap(\.notes).reduce(into: ["* best."]) { notes, one in
      if !notes.contains(one) { notes.append(one) }
    }
    return comparisons.map(\.text).joined() + notes.joined(separator: "\n") + "\n"
  }
}

extension ReportTable {
  fileprivate var text: String {
    let columns = [[""] + rows.map(\.label)] + columns.indices.map(textColumn)
    let widths = columns.map { column in column.map(\.count).max() ?? 0 }
    let lines = (0...rows.count).map { line in
      let cells = columns.indices.map { index in
        padded(columns[index][line], to: widths[index], left: index == 0)
      }
      return trimmed(cells.joined(separator: "  "))
    }
    return ([title] + lines + missing.map { "missing: \($0)" } + [""])
      .map { $0 + "\n" }.joined()
  }

  /// Returns the heading and the cells of a column. Cells without a star get a space instead, which
  /// aligns the decimal points.
  private func textColumn(_ index: Int) -> [String] {
    [columns[index] + " "]
      + rows.map { $0.cells[index].text + ($0.cells[index].isBest ? "*" : " ") }
  }
}

private func padded(_ text: String, to width: Int, left: Bool) -> String {
  let blanks = String(repeating: " ", count: width - text.count)
  return left ? text + blanks : blanks + text
}

private func trimmed(_ line: String) -> String {
  String(line.reversed().drop { $0 == " " }.reversed())
}
