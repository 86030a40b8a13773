import Evaluation
import Foundation
import Imaging
import Jobs

/// How the trainings of a data set went: a panel for each method and setting, in it a line for each
/// job; above, by epoch, how far the energy is from its lower bound, below what the loss has besides it.
struct CurveDrawing {
  private static let columns = 4
  private static let cell = Box(x: 0, y: 0, width: 270, height: 236)
  private static let gap = Box(x: 44, y: 30, width: 212, height: 110)
  private static let regulariser = Box(x: 44, y: 150, width: 212, height: 46)
  private let panels: [Panel]

  /// A drawing of these curves, all of one data set; nil where there is none.
  init?(of curves: [JobCurve]) {
    let drawn = curves.filter { !$0.curve.points.isEmpty }
    guard !drawn.isEmpty else { return nil }
    let groups = Dictionary(grouping: drawn) {
      SummaryKey(dataset: $0.dataset, method: $0.method, setting: $0.setting)
    }
    panels = groups.sorted { $0.key < $1.key }.map { Panel($0.key, $0.value) }
  }

  /// An SVG file.
  func rendered() -> String {
    var drawing = SVG()
    for (index, panel) in panels.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      var cell = SVG()
      draw(panel, &cell)
      drawing.place(
        cell,
        at: Point(x: Double(column) * Self.cell.width, y: Double(row) * Self.cell.height), scale: 1)
    }
    let columns = min(panels.count, Self.columns)
    let rows = (panels.count + Self.columns - 1) / Self.columns
    return drawing.document(
      width: Double(columns) * Self.cell.width, height: Double(rows) * Self.cell.height)
  }

  private func draw(_ panel: Panel, _ drawing: inout SVG) {
    drawing.text(
      panel.title, at: Point(x: Self.gap.x, y: 20),
      size: min(14, 2 * Self.gap.width / Double(panel.title.count)), weight: "bold")
    var lowest = Self.gap
    // One scale of the gap for all, so that methods can be compared.
    plot(panel, .gap, as: panels, in: Self.gap, &drawing)
    if plot(panel, .regulariser, as: [panel], in: Self.regulariser, &drawing) {
      lowest = Self.regulariser
    }
    let (left, right) = (lowest.x, lowest.right)
    let below = lowest.bottom + 16
    drawing.text("1", at: Point(x: left, y: below), size: 11, anchor: .middle)
    drawing.text(
      "epoch", at: Point(x: (left + right) / 2, y: below), size: 11, anchor: .middle)
    drawing.text(
      String(panel.epochs), at: Point(x: right, y: below), size: 11, anchor: .middle)
  }

  /// Whether there was anything to draw.
  ///
  /// - Parameter others: what the scale must have room for.
  @discardableResult private func plot(
    _ panel: Panel, _ axis: Axis, as others: [Panel], in frame: Box, _ drawing: inout SVG
  ) -> Bool {
    let shown = others.flatMap(\.lines).joined()
    guard let range = axis.range(shown.map(axis.value)) else { return false }
    let (low, high) = (range.lowerBound, range.upperBound)
    drawing.rectangle(frame, fill: "none", stroke: "#999")
    for (limit, y) in [(high, frame.y + 9), (low, frame.bottom)] {
      drawing.text(
        axis.label(limit), at: Point(x: frame.x - 4, y: y), size: 11, anchor: .end)
    }
    let (width, height) = (
      frame.width / Double(max(1, panel.epochs - 1)), frame.height / (high - low)
    )
    for line in panel.lines {
      let points = line.map { point -> Point in
        let (step, rise) = (Double(point.epoch - 1), axis.value(point) - low)
        return Point(x: frame.x + step * width, y: frame.bottom - rise * height)
      }
      drawing.line(points, "#1f5fa8", width: 1.2, opacity: 0.6)
    }
    return true
  }
}

/// What is drawn upwards.
private struct Axis: Sendable {
  let value: @Sendable (TrainingCurve.Point) -> Double
  /// From the lowest to the highest value that is shown; nil where there is nothing to see.
  let range: @Sendable ([Double]) -> ClosedRange<Double>?
  let label: @Sendable (Double) -> String

  /// How far the energy is from its lower bound, as a share of it: powers of ten. It begins far above,
  /// where the energy is positive, and ends close to 0.
  static let gap = Axis(
    value: { log10(max(smallestGap, 1 - Double($0.fit))) },
    range: { values in
      guard let low = values.min(), let high = values.max() else { return nil }
      return floor(low)...max(ceil(high), floor(low) + 1)
    },
    label: { String(format: "%g", pow(10, $0)) })
  private static let smallestGap = 1e-4

  /// What the loss has besides the energy, from 0.
  static let regulariser = Axis(
    value: { Double($0.regulariser) },
    range: { values in
      let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
      return low < high ? low...high : nil
    },
    label: { String(format: "%.2g", $0) })
}

/// The curves of one method under one setting.
private struct Panel {
  let title: String
  /// Of each curve what is drawn.
  let lines: [[TrainingCurve.Point]]
  /// The last epoch of the longest.
  let epochs: Int
  /// Points of a line, at most.
  private static let mostPoints = 200

  init(_ key: SummaryKey, _ curves: [JobCurve]) {
    title = key.method.label(with: key.setting)
    lines = curves.map { $0.curve.thinned(to: Self.mostPoints) }
    epochs = lines.compactMap(\.last?.epoch).max() ?? 1
  }
}

extension TrainingCurve {
  /// At most `count` points at even distances, the first and the last among them.
  fileprivate func thinned(to count: Int) -> [Point] {
    guard points.count > count else { return points }
    return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
  }
}
