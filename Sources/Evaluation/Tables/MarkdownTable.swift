extension ScoreTable {
  /// A Markdown section for each data set.
  var markdown: String {
    guard !comparisons.isEmpty else { return "No scores.\n" }
    return comparisons.map(\.markdown).joined(separator: "\n")
      + "\n\(ComparisonTable.note) Best mean in bold.\n"
  }
}

extension ComparisonTable {
  fileprivate var markdown: String {
    let heading = line([""] + methods)
    let rule = "|:---|" + String(repeating: "---:|", count: methods.count)
    let body = rows.map { row in
      line([row.label] + row.cells.map { $0.isBest ? "**\($0.text)**" : $0.text })
    }
    let holes = missing.isEmpty ? [] : ["", "Missing:", ""] + missing.map { "- \(escaped($0))" }
    return (["### \(escaped(dataset))", "", heading, rule] + body + holes)
      .map { $0 + "\n" }.joined()
  }
}

private func line(_ cells: [String]) -> String {
  "| " + cells.joined(separator: " | ") + " |"
}

/// `text` with the characters escaped that would be markup.
private func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    if "\\`*|<[".contains(character) { result.append("\\") }
    result.append(character)
  }
}
