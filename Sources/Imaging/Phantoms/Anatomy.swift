import Foundation

/// Grey values of tissues in `[0, 1]`.
enum Tissue {
  static let air = 0.02
  static let lung = 0.1
  static let fat = 0.34
  static let muscle = 0.5
  static let blood = 0.6
  static let marrow = 0.72
  static let bone = 0.92
}

/// The parts of a trunk that chest and abdomen share.
struct Trunk {
  /// The skin's outline.
  let body: Shape
  /// The space inside the ribs.
  let cavity: Shape
  private let width: Double
  private let depth: Double

  /// A trunk of random build.
  init(using generator: inout SplitMix64) {
    width = generator.uniform(0.66...0.75)
    depth = generator.uniform(0.55...0.62)
    let fat = generator.uniform(0.05...0.1)
    let origin = Point(x: 0, y: 0)
    cavity = Shape.ellipse(origin, width, depth)
      .waving(by: 0.02, waves: 2...4, using: &generator)
    body = Shape.ellipse(origin, width + 0.1 + fat, depth + 0.1 + fat)
      .waving(by: 0.015, waves: 2...5, using: &generator)
  }

  /// Paints table, skin, fat, muscle and ribs.
  func paint(on canvas: inout Canvas, using generator: inout SplitMix64) {
    let table = Shape.ellipse(Point(x: 0, y: 0.1), 1.3, 0.86)
    canvas.paint(table.without(table.grown(by: -0.012), rounding: 0), 0.3)
    canvas.paint(body, Tissue.muscle)
    canvas.paint(body.grown(by: -0.012), Tissue.fat)
    canvas.paint(cavity.grown(by: 0.085), Tissue.muscle)
    paintRibs(on: &canvas, using: &generator)
  }

  private func paintRibs(on canvas: inout Canvas, using generator: inout SplitMix64) {
    let count = 14
    for index in 0..<count {
      // Gaps at the breastbone above and the spine below; every slice cuts the ribs elsewhere.
      let turn = (Double(index) + generator.uniform(0.3...0.7)) / Double(count)
      let angle = 2 * Double.pi * turn - .pi / 2
      guard abs(cos(angle)) > 0.3 else { continue }
      let place = Point(x: (width + 0.04) * cos(angle), y: (depth + 0.04) * sin(angle))
      let tangent = atan2(depth * cos(angle), -width * sin(angle))
      let length = generator.uniform(0.05...0.1)
      canvas.paint(.ellipse(place, length, 0.024, angle: tangent), Tissue.bone)
      canvas.paint(.ellipse(place, length - 0.015, 0.01, angle: tangent), Tissue.marrow)
    }
    let sternum = Point(x: 0, y: -depth - 0.035)
    canvas.paint(.ellipse(sternum, 0.1, 0.03), Tissue.bone)
    canvas.paint(.ellipse(sternum, 0.085, 0.016), Tissue.marrow)
  }

  /// Where the vertebra's centre lies.
  var spine: Point { Point(x: 0, y: depth - 0.16) }

  /// Paints the vertebra with its canal, arch and processes.
  func paintSpine(on canvas: inout Canvas) {
    func below(_ x: Double, _ y: Double) -> Point { Point(x: x, y: spine.y + y) }
    for side in [-1.0, 1.0] {
      canvas.paint(
        .taperedLine(
          from: below(side * 0.05, 0.11), to: below(side * 0.19, 0.15), thick: 0.03, thin: 0.018),
        Tissue.bone)
    }
    canvas.paint(.ellipse(below(0, 0.13), 0.075, 0.065), Tissue.bone)
    canvas.paint(
      .taperedLine(from: below(0, 0.17), to: below(0, 0.29), thick: 0.026, thin: 0.016),
      Tissue.bone)
    canvas.paint(.ellipse(spine, 0.115, 0.092), Tissue.bone)
    canvas.paint(.ellipse(spine, 0.095, 0.073), Tissue.marrow)
    canvas.paint(.ellipse(below(0, 0.125), 0.042, 0.036), Tissue.fat + 0.08)
  }
}

/// A tree of vessels: every branch splits into two thinner ones.
///
/// - Returns: tapered lines, thick ones first; all within the radius that is left at each level.
func vesselTree(
  from start: Point, heading: Double, radius: Double, length: Double, levels: Int,
  using generator: inout SplitMix64
) -> [Shape] {
  guard levels > 0 else { return [] }
  let stretch = length * generator.uniform(0.75...1.25)
  let end = Point(x: start.x + stretch * cos(heading), y: start.y + stretch * sin(heading))
  var branches = [
    Shape.taperedLine(from: start, to: end, thick: radius, thin: 0.75 * radius)
  ]
  for side in [-1.0, 1.0] {
    branches += vesselTree(
      from: end, heading: heading + side * generator.uniform(0.2...0.75), radius: 0.7 * radius,
      length: 0.8 * length, levels: levels - 1, using: &generator)
  }
  return branches
}
