extension ScoreTable {
  /// A page that needs no other file: every table of each data set.
  var html: String {
    let tables = datasets.flatMap(tables)
    let body = tables.isEmpty ? "<p>No scores.</p>\n" : tables.map(\.html).joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8"/>
      <title>Scores</title>
      <style>
      body { font: 15px/1.5 sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em }
      table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid }
      thead { border-bottom: 1px solid }
      th, td { padding: .15em .7em; text-align: right; font-variant-numeric: tabular-nums }
      th:first-child { text-align: left; font-weight: normal }
      p { color: #555 }
      </style>
      \(body)</html>

      """
  }
}

extension ReportTable {
  fileprivate var html: String {
    let best = marksBest ? ["Best mean in bold."] : []
    return
      (["<h2>\(escaped(title))</h2>", "<table>", "<thead>", heading, "</thead>", "<tbody>"]
      + rows.map(line) + ["</tbody>", "</table>"]
      + missing.map { "<p>Missing: \(escaped($0))</p>" }
      + ["<p>\(escaped((notes + best).joined(separator: " ")))</p>"])
      .map { $0 + "\n" }.joined()
  }

  private var heading: String {
    "<tr><th></th>" + columns.map { "<th>\(escaped($0))</th>" }.joined() + "</tr>"
  }

  private func line(_ row: Row) -> String {
    let cells = row.cells.map { cell in
      let text = escaped(cell.text)
      return "<td>" + (cell.isBest ? "<strong>\(text)</strong>" : text) + "</td>"
    }
    return "<tr><th>\(escaped(row.label))</th>" + cells.joined() + "</tr>"
  }
}

/// `text` with the characters escaped that would be markup.
private func escaped(_ text: String) -> String {
  let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
  return text.map { entities[$0] ?? String($0) }.joined()
}
