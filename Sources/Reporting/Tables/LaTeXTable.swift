import Evaluation

extension ScoreTable {
  /// A `table` environment for each table of each data set. The first has the layout of the paper's
  /// Table 1.
  var latex: String {
    "% Needs \\usepackage{booktabs}.\n"
      + datasets.flatMap(tables).map(\.latex).joined(separator: "\n")
  }
}

extension ReportTable {
  fileprivate var latex: String {
    let body = rows.map { row in
      line([row.label] + row.cells.map { $0.isBest ? "\\textbf{\($0.text)}" : cell($0.text) })
    }
    let alignment = "l" + String(repeating: "r", count: columns.count)
    return
      ([
        "\\begin{table}[htbp]", "  \\centering", "  \\footnotesize", "  \\caption{\(fullCaption)}",
        "  \\begin{tabular}{\(alignment)}", "    \\toprule", line([""] + columns.map(escaped)),
        "    \\midrule",
      ] + body + ["    \\bottomrule", "  \\end{tabular}", "\\end{table}"])
      .map { $0 + "\n" }.joined()
  }

  private var fullCaption: String {
    let best = marksBest ? ["Best mean in bold."] : []
    let holes = missing.isEmpty ? [] : ["Missing: \(missing.joined(separator: "; "))."]
    return escaped(([caption] + notes + best + holes).joined(separator: " "))
  }
}

private func line(_ cells: [String]) -> String {
  "    " + cells.joined(separator: " & ") + " \\\\"
}

/// Typesets a cell: an en dash for a missing number, and comparisons as mathematics.
private func cell(_ text: String) -> String {
  if text == "-" { return "--" }
  return text.hasPrefix("< ") ? "$<$ \(text.dropFirst(2))" : escaped(text)
}

/// Escapes LaTeX's ten special characters in a text.
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
