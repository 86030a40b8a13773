extension ScoreTable {
  /// A `table` environment for each data set, laid out as the paper's Table 1.
  var latex: String {
    "% Needs \\usepackage{booktabs}.\n" + comparisons.map(\.latex).joined(separator: "\n")
  }
}

extension ComparisonTable {
  fileprivate var latex: String {
    let body = rows.map { row in
      line([row.label] + row.cells.map { $0.isBest ? "\\textbf{\($0.text)}" : dash($0.text) })
    }
    let columns = "l" + String(repeating: "r", count: methods.count)
    return
      ([
        "\\begin{table}[htbp]", "  \\centering", "  \\caption{\(caption)}",
        "  \\begin{tabular}{\(columns)}", "    \\toprule", line([""] + methods), "    \\midrule",
      ] + body + ["    \\bottomrule", "  \\end{tabular}", "\\end{table}"])
      .map { $0 + "\n" }.joined()
  }

  private var caption: String {
    let holes = missing.isEmpty ? "" : " Missing: \(missing.joined(separator: "; "))."
    return escaped(
      "Results for the test cases of \(dataset). \(Self.note) Best mean in bold.\(holes)")
  }
}

private func line(_ cells: [String]) -> String {
  "    " + cells.joined(separator: " & ") + " \\\\"
}

/// What stands for no number: an en dash.
private func dash(_ text: String) -> String { text == "-" ? "--" : text }

/// `text` with LaTeX's ten special characters as themselves.
private func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    switch character {
    case "\\": result += "\\textbackslash{}"
    case "~": result += "\\textasciitilde{}"
    case "^": result += "\\textasciicircum{}"
    case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
    default: result.append(character)
    }
  }
}
