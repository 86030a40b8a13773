import Foundation
import Imaging

/// A drawing in Scalable Vector Graphics 1.1, written element by element, in pixels.
struct SVG {
  /// The part of a text that is placed at the text's point.
  enum Anchor: String { case start, middle, end }

  private(set) var elements: [String] = []

  mutating func rectangle(
    _ box: Rectangle, fill: String, stroke: String = "#333", radius: Double = 0,
    dashed: Bool = false
  ) {
    elements.append(
      "<rect x=\"\(number(box.x))\" y=\"\(number(box.y))\" width=\"\(number(box.width))\" "
        + "height=\"\(number(box.height))\" rx=\"\(number(radius))\" fill=\"\(fill)\" "
        + "stroke=\"\(stroke)\"\(dashed ? " stroke-dasharray=\"6 4\"" : "")/>")
  }

  mutating func circle(_ centre: Point, radius: Double, fill: String) {
    elements.append(
      "<circle cx=\"\(number(centre.x))\" cy=\"\(number(centre.y))\" r=\"\(number(radius))\" "
        + "fill=\"\(fill)\" stroke=\"#333\"/>")
  }

  /// Draws a line through the points.
  mutating func line(
    _ points: [Point], colour: String, width: Double, dashed: Bool = false, opacity: Double = 1
  ) {
    elements.append(
      "<polyline points=\"\(list(points))\" fill=\"none\" stroke=\"\(colour)\" "
        + "stroke-width=\"\(number(width))\"\(dashed ? " stroke-dasharray=\"6 4\"" : "")"
        + "\(opacity == 1 ? "" : " stroke-opacity=\"\(number(opacity))\"")/>")
  }

  /// Draws a line through the points, with an arrowhead at its end unless `isPlain`.
  mutating func arrow(
    _ points: [Point], colour: String, width: Double = 2, isPlain: Bool = false,
    dashed: Bool = false
  ) {
    guard let tip = points.last, let before = points.dropLast().last else { return }
    let length = hypot(tip.x - before.x, tip.y - before.y)
    let along = Point(x: (tip.x - before.x) / length, y: (tip.y - before.y) / length)
    let head = isPlain ? 0 : 4 * width
    // The line ends inside the head, so that its square end does not blunt the tip.
    let end = Point(x: tip.x - along.x * head * 0.8, y: tip.y - along.y * head * 0.8)
    line(points.dropLast() + [end], colour: colour, width: width, dashed: dashed)
    guard !isPlain else { return }
    let base = Point(x: tip.x - along.x * head, y: tip.y - along.y * head)
    let half = head * 0.45
    let corners = [
      tip, Point(x: base.x - along.y * half, y: base.y + along.x * half),
      Point(x: base.x + along.y * half, y: base.y - along.x * half),
    ]
    elements.append("<polygon points=\"\(list(corners))\" fill=\"\(colour)\"/>")
  }

  /// Writes a text on the line through `point`; `*u*{VM}` is an italic u with the subscript VM.
  mutating func text(
    _ text: String, at point: Point, size: Double = 15, anchor: Anchor = .start,
    weight: String = "normal", colour: String = "#222"
  ) {
    elements.append(
      "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\" font-size=\"\(number(size))\" "
        + "text-anchor=\"\(anchor.rawValue)\" font-weight=\"\(weight)\" fill=\"\(colour)\">"
        + "\(spans(text, size: size))</text>")
  }

  /// Draws another drawing, scaled by `scale`, with its origin at `point`.
  mutating func add(_ other: SVG, at point: Point, scale: Double) {
    elements.append(
      "<g transform=\"translate(\(number(point.x)) \(number(point.y))) scale(\(number(scale)))\">")
    elements += other.elements
    elements.append("</g>")
  }

  /// Returns the SVG file of `width` x `height` pixels with a white background.
  func document(width: Double, height: Double) -> String {
    let size = "\(number(width)) \(number(height))"
    return
      ([
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
          + "width=\"\(number(width))\" height=\"\(number(height))\" "
          + "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">",
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      ] + elements + ["</svg>"]).map { $0 + "\n" }.joined()
  }
}

/// A rectangle, given by its upper left corner and its size.
struct Rectangle: Hashable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
  var centre: Point { Point(x: x + width / 2, y: y + height / 2) }
}

private func number(_ value: Double) -> String {
  value == value.rounded() ? String(Int(value)) : fixed(value, decimals: 2)
}

private func list(_ points: [Point]) -> String {
  points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
}

/// Splits a text into spans of one style each.
private func spans(_ text: String, size: Double) -> String {
  struct Style: Hashable {
    var isItalic = false
    var isLow = false
  }
  var style = Style()
  var written = Style()
  var result = ""
  var run = ""
  func close() {
    guard !run.isEmpty else { return }
    let drop = (style.isLow ? 0.25 : 0) - (written.isLow ? 0.25 : 0)
    result +=
      "<tspan font-style=\"\(style.isItalic ? "italic" : "normal")\" dy=\"\(number(drop * size))\" "
      + "font-size=\"\(number(style.isLow ? size * 0.75 : size))\">\(run)</tspan>"
    written = style
    run = ""
  }
  let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;"]
  for character in text {
    switch character {
    case "*", "{", "}":
      close()
      if character == "*" { style.isItalic.toggle() } else { style.isLow = character == "{" }
    default: run += entities[character] ?? String(character)
    }
  }
  close()
  return result
}
