import Foundation

/// The grey values of tissues, in `[0, 1]`.
enum Tissue {
  static let air = 0.02
  static let lung = 0.1
  static let fat = 0.34
  static let muscle = 0.5
  static let blood = 0.6
  static let marrow = 0.72
  static let bone = 0.92
}

/// The parts of the trunk that chest and abdomen share.
struct Trunk {
  /// The region inside the skin.
  let body: ImplicitShape
  /// The space inside the ribs.
  let cavity: ImplicitShape
  private let width: Double
  private let depth: Double

  /// Creates a trunk of random build.
  init(using generator: inout SplitMix64) {
    width = generator.uniform(0.66...0.75)
    depth = generator.uniform(0.55...0.62)
    let fat = generator.uniform(0.05...0.1)
    let origin = Point(x: 0, y: 0)
    cavity = ImplicitShape.ellipse(centre: origin, radiusX: width, radiusY: depth)
      .waving(amplitude: 0.02, waves: 2...4, using: &generator)
    body = ImplicitShape.ellipse(
      centre: origin, radiusX: width + 0.1 + fat, radiusY: depth + 0.1 + fat
    )
    .waving(amplitude: 0.015, waves: 2...5, using: &generator)
  }

  /// Paints table, skin, fat, muscle and ribs.
  func paint(on canvas: inout Canvas, using generator: inout SplitMix64) {
    let table = ImplicitShape.ellipse(centre: Point(x: 0, y: 0.1), radiusX: 1.3, radiusY: 0.86)
    canvas.paint(table.subtracting(table.grown(by: -0.012), rounding: 0), value: 0.3)
    canvas.paint(body, value: Tissue.muscle)
    canvas.paint(body.grown(by: -0.012), value: Tissue.fat)
    canvas.paint(cavity.grown(by: 0.085), value: Tissue.muscle)
    paintRibs(on: &canvas, using: &generator)
  }

  private func paintRibs(on canvas: inout Canvas, using generator: inout SplitMix64) {
    let count = 14
    for index in 0..<count {
      // Gaps remain at the breastbone above and the spine below. The random angle lets every slice
      // cut the ribs at other places.
      let turn = (Double(index) + generator.uniform(0.3...0.7)) / Double(count)
      let angle = 2 * Double.pi * turn - .pi / 2
      guard abs(cos(angle)) > 0.3 else { continue }
      let centre = Point(x: (width + 0.04) * cos(angle), y: (depth + 0.04) * sin(angle))
      let tangent = atan2(depth * cos(angle), -width * sin(angle))
      let length = generator.uniform(0.05...0.1)
      canvas.paint(
        .ellipse(centre: centre, radiusX: length, radiusY: 0.024, angle: tangent),
        value: Tissue.bone)
      canvas.paint(
        .ellipse(centre: centre, radiusX: length - 0.015, radiusY: 0.01, angle: tangent),
        value: Tissue.marrow)
    }
    let sternum = Point(x: 0, y: -depth - 0.035)
    canvas.paint(.ellipse(centre: sternum, radiusX: 0.1, radiusY: 0.03), value: Tissue.bone)
    canvas.paint(.ellipse(centre: sternum, radiusX: 0.085, radiusY: 0.016), value: Tissue.marrow)
  }

  /// The centre of the vertebra.
  var spine: Point { Point(x: 0, y: depth - 0.16) }

  /// Paints the vertebra with its canal, arch and processes.
  func paintSpine(on canvas: inout Canvas) {
    func point(_ x: Double, below y: Double) -> Point { Point(x: x, y: spine.y + y) }
    for side in [-1.0, 1.0] {
      canvas.paint(
        .taperedLine(
          from: point(side * 0.05, below: 0.11), to: point(side * 0.19, below: 0.15),
          startRadius: 0.03, endRadius: 0.018),
        value: Tissue.bone)
    }
    canvas.paint(
      .ellipse(centre: point(0, below: 0.13), radiusX: 0.075, radiusY: 0.065), value: Tissue.bone)
    canvas.paint(
      .taperedLine(
        from: point(0, below: 0.17), to: point(0, below: 0.29), startRadius: 0.026, endRadius: 0.016
      ),
      value: Tissue.bone)
    canvas.paint(.ellipse(centre: spine, radiusX: 0.115, radiusY: 0.092), value: Tissue.bone)
    canvas.paint(.ellipse(centre: spine, radiusX: 0.095, radiusY: 0.073), value: Tissue.marrow)
    canvas.paint(
      .ellipse(centre: point(0, below: 0.125), radiusX: 0.042, radiusY: 0.036),
      value: Tissue.fat + 0.08)
  }
}

/// Creates a tree of vessels in which every branch splits into two thinner ones.
///
/// - Parameters:
///   - heading: the direction of the first branch, in radians from the x axis to the y axis.
///   - radius: the radius of the first branch at its start.
///   - levels: the number of generations of branches.
/// - Returns: tapered lines; each branch comes before the two into which it splits.
func vesselTree(
  from start: Point, heading: Double, radius: Double, length: Double, levels: Int,
  using generator: inout SplitMix64
) -> [ImplicitShape] {
  guard levels > 0 else { return [] }
  let stretch = length * generator.uniform(0.75...1.25)
  let end = Point(x: start.x + stretch * cos(heading), y: start.y + stretch * sin(heading))
  var branches = [
    ImplicitShape.taperedLine(from: start, to: end, startRadius: radius, endRadius: 0.75 * radius)
  ]
  for side in [-1.0, 1.0] {
    branches += vesselTree(
      from: end, heading: heading + side * generator.uniform(0.2...0.75), radius: 0.7 * radius,
      length: 0.8 * length, levels: levels - 1, using: &generator)
  }
  return branches
}
