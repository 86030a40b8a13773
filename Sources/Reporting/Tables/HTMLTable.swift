import Evaluation

extension ScoreTable {
  /// Renders a page that needs no other file, with every table of each data set and the curves of its
  /// trainings.
  func html(with curves: [JobCurve]) -> String {
    let parts = datasets.flatMap { dataset in
      tables(of: dataset).map(\.html)
        + [figure(of: curves.filter { $0.dataset == dataset && $0.isReported }, on: dataset)]
        .compactMap(\.self)
    }
    let body = parts.isEmpty ? "<p>No scores.</p>\n" : parts.joined(separator: "\n")
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

private func figure(of curves: [JobCurve], on dataset: String) -> String? {
  CurveDrawing(of: curves).map { drawing in
    """
    <h2>\(escaped(dataset)): training</h2>
    \(drawing.rendered())<p>\(curveRule)</p>

    """
  }
}

/// Explains the figure of the trainings.
private let curveRule =
  "A line for each training or fit. Above: how far the energy is from its lower bound, as a share of it, "
  + "in powers of ten; at 1 the energy is 0. Below: what the loss has besides the energy, the similarity "
  + "of M3 and M4 and the length of M1."

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

/// Escapes the characters of a text that would be markup.
private func escaped(_ text: String) -> String {
  let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
  return text.map { entities[$0] ?? String($0) }.joined()
}
