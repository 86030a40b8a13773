import Evaluation

extension ScoreTable {
  /// A Markdown section for each table of each data set.
  var markdown: String {
    let tables = datasets.flatMap(tables)
    guard !tables.isEmpty else { return "No scores.\n" }
    return tables.map(\.markdown).joined(separator: "\n")
  }
}

extension ReportTable {
  fileprivate var markdown: String {
    let heading = line([""] + columns)
    let rule = "|:---|" + String(repeating: "---:|", count: columns.count)
    let body = rows.map { row in
      line([row.label] + row.cells.map { $0.isBest ? "**\($0.text)**" : escaped($0.text) })
    }
    let holes = missing.isEmpty ? [] : ["", "Missing:", ""] + missing.map { "- \(escaped($0))" }
    let best = marksBest ? ["Best mean in bold."] : []
    return
      (["### \(escaped(title))", "", heading, rule] + body + holes
      + ["", escaped((notes + best).joined(separator: " "))])
      .map { $0 + "\n" }.joined()
  }
}

private func line(_ cells: [String]) -> String {
  "| " + cells.joined(separator: " | ") + " |"
}

/// Escapes the characters of a text that would be markup.
private func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    if "\\`*|<[".contains(character) { result.append("\\") }
    result.append(character)
  }
}
