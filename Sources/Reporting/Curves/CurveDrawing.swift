import Evaluation
import Foundation
import Imaging
import Jobs

/// A drawing of the trainings of a data set: a panel for each method and setting, with a line for
/// each job. The upper plot shows the gap between the energy and its lower bound by epoch, the
/// lower plot the regulariser of the loss.
struct CurveDrawing {
  private static let columns = 4
  private static let cell = Rectangle(x: 0, y: 0, width: 270, height: 236)
  private static let gap = Rectangle(x: 44, y: 30, width: 212, height: 110)
  private static let regulariser = Rectangle(x: 44, y: 150, width: 212, height: 46)
  private let panels: [Panel]

  /// Creates the drawing of these curves, all of one data set; nil if there is no curve.
  init?(of curves: [JobCurve]) {
    let drawn = curves.filter { !$0.curve.points.isEmpty }
    guard !drawn.isEmpty else { return nil }
    let groups = Dictionary(grouping: drawn) {
      SummaryKey(dataset: $0.dataset, method: $0.method, setting: $0.setting)
    }
    panels = groups.sorted { $0.key < $1.key }.map { Panel(of: $0.key, curves: $0.value) }
  }

  /// Returns the drawing as an SVG file.
  func rendered() -> String {
    var drawing = SVG()
    for (index, panel) in panels.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      var cell = SVG()
      draw(panel, on: &cell)
      drawing.add(
        cell,
        at: Point(x: Double(column) * Self.cell.width, y: Double(row) * Self.cell.height), scale: 1)
    }
    let columns = min(panels.count, Self.columns)
    let rows = (panels.count + Self.columns - 1) / Self.columns
    return drawing.document(
      width: Double(columns) * Self.cell.width, height: Double(rows) * Self.cell.height)
  }

  private func draw(_ panel: Panel, on drawing: inout SVG) {
    drawing.text(
      panel.title, at: Point(x: Self.gap.x, y: 20),
      size: min(14, 2 * Self.gap.width / Double(panel.title.count)), weight: "bold")
    var lowest = Self.gap
    // All panels have one scale of the gap, so that methods can be compared.
    plot(panel, axis: .gap, scaledTo: panels, in: Self.gap, on: &drawing)
    if plot(panel, axis: .regulariser, scaledTo: [panel], in: Self.regulariser, on: &drawing) {
      lowest = Self.regulariser
    }
    let left = lowest.x
    let right = lowest.right
    let below = lowest.bottom + 16
    drawing.text("1", at: Point(x: left, y: below), size: 11, anchor: .middle)
    drawing.text(
      "epoch", at: Point(x: (left + right) / 2, y: below), size: 11, anchor: .middle)
    drawing.text(
      String(panel.epochs), at: Point(x: right, y: below), size: 11, anchor: .middle)
  }

  /// Plots the lines of a panel; returns false if there is nothing to draw.
  ///
  /// - Parameter others: the panels with which the scale is shared.
  @discardableResult private func plot(
    _ panel: Panel, axis: Axis, scaledTo others: [Panel], in frame: Rectangle, on drawing: inout SVG
  ) -> Bool {
    let shown = others.flatMap(\.lines).joined()
    guard let range = axis.range(shown.map(axis.value)) else { return false }
    let low = range.lowerBound
    let high = range.upperBound
    drawing.rectangle(frame, fill: "none", stroke: "#999")
    for (limit, y) in [(high, frame.y + 9), (low, frame.bottom)] {
      drawing.text(
        axis.label(limit), at: Point(x: frame.x - 4, y: y), size: 11, anchor: .end)
    }
    let width = frame.width / Double(max(1, panel.epochs - 1))
    let height = frame.height / (high - low)
    for line in panel.lines {
      let points = line.map { point -> Point in
        let step = Double(point.epoch - 1)
        let rise = axis.value(point) - low
        return Point(x: frame.x + step * width, y: frame.bottom - rise * height)
      }
      drawing.line(points, colour: "#1f5fa8", width: 1.2, opacity: 0.6)
    }
    return true
  }
}

/// The vertical axis of a plot.
private struct Axis: Sendable {
  let value: @Sendable (TrainingCurve.Point) -> Double
  /// Returns the range of the values that are shown; nil if there is nothing to show.
  let range: @Sendable ([Double]) -> ClosedRange<Double>?
  let label: @Sendable (Double) -> String

  /// The gap between the energy and its lower bound, as a share of the bound, on a logarithmic
  /// scale. It begins above 1, because the energy is positive there, and ends close to 0.
  static let gap = Axis(
    value: { log10(max(smallestGap, 1 - Double($0.fit))) },
    range: { values in
      guard let low = values.min(), let high = values.max() else { return nil }
      return floor(low)...max(ceil(high), floor(low) + 1)
    },
    label: { String(format: "%g", pow(10, $0)) })
  private static let smallestGap = 1e-4

  /// The regulariser of the loss, which is the loss minus its data term, on a scale from 0.
  static let regulariser = Axis(
    value: { Double($0.regulariser) },
    range: { values in
      let low = min(0, values.min() ?? 0)
      let high = max(0, values.max() ?? 0)
      return low < high ? low...high : nil
    },
    label: { String(format: "%.2g", $0) })
}

/// The curves of one method with one setting.
private struct Panel {
  let title: String
  /// The points of each curve that are drawn.
  let lines: [[TrainingCurve.Point]]
  /// The last epoch of the longest curve.
  let epochs: Int
  /// The largest number of points of a line.
  private static let maximumPoints = 200

  init(of key: SummaryKey, curves: [JobCurve]) {
    title = key.method.label(with: key.setting)
    lines = curves.map { $0.curve.thinned(to: Self.maximumPoints) }
    epochs = lines.compactMap(\.last?.epoch).max() ?? 1
  }
}

extension TrainingCurve {
  /// Returns at most `count` points at equal distances, including the first and the last.
  fileprivate func thinned(to count: Int) -> [Point] {
    guard points.count > count else { return points }
    return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
  }
}
