import Foundation

extension Phantom {
  /// An axial slice through a chest; the object is the left lung, on the right of the picture.
  ///
  /// Lungs and outside air are almost equally dark, as in a soft-tissue window, so the intensity
  /// alone cannot tell them apart. Vessels and nodules inside the lung belong to it.
  ///
  /// - Parameters:
  ///   - size: columns and rows, `Phantom.smallestSize` or more.
  ///   - noise: standard deviation of the Gaussian noise, >= 0; 0.03 looks like a scan.
  ///   - seed: decides the anatomy, the clicks and the noise; equal arguments, equal bits.
  /// - Throws: `ImagingError` of code `unsupported` where `size` or `noise` make no picture.
  public static func chest(size: Int, noise: Double, seed: UInt64) throws -> Phantom {
    try check(size: size, noise: noise)
    var generator = SplitMix64(seed: seed)
    var canvas = Canvas(size: size)
    let trunk = Trunk(using: &generator)
    trunk.paint(on: &canvas, using: &generator)
    canvas.paint(trunk.cavity, Tissue.fat + 0.06)
    let mediastinum = Mediastinum(trunk, using: &generator)
    mediastinum.paint(on: &canvas)
    let right = mediastinum.lung(in: trunk, side: -1, using: &generator)
    let left = mediastinum.lung(in: trunk, side: 1, using: &generator)
    paintLung(right, side: -1, from: mediastinum, on: &canvas, using: &generator)
    paintLung(left, side: 1, from: mediastinum, on: &canvas, using: &generator)
    trunk.paintSpine(on: &canvas)
    return try Phantom(canvas, object: left, noise: noise, using: &generator)
  }

  private static func paintLung(
    _ lung: Shape, side: Double, from mediastinum: Mediastinum, on canvas: inout Canvas,
    using generator: inout SplitMix64
  ) {
    // Lying on the back, the lower parts of the lung are denser.
    canvas.paint(lung) { Tissue.lung + 0.05 * max(0, $0.y) }
    for start in [0.35, -0.1, -0.6] {
      let vessels = vesselTree(
        from: mediastinum.hilum(side: side), heading: side > 0 ? start : .pi - start,
        radius: generator.uniform(0.015...0.023), length: 0.14, levels: 4, using: &generator)
      for vessel in vessels {
        canvas.paint(vessel.common(with: lung, rounding: 0), Tissue.muscle)
      }
    }
    for _ in 0..<2 {
      let place = Point(
        x: lung.centre.x + side * generator.uniform(0.3...0.62), y: generator.uniform(-0.35...0.35))
      let radius = generator.uniform(0.015...0.04)
      let nodule = Shape.ellipse(place, radius, radius)
        .waving(by: 0.008, waves: 2...5, using: &generator)
      canvas.paint(nodule.common(with: lung, rounding: 0), Tissue.muscle)
    }
  }
}

/// What lies between the lungs: heart, great vessels, airways, and the tissue before the spine.
private struct Mediastinum {
  private let heart: Shape
  private let ventricle: Shape
  private let aorta: Shape
  private let backWall: Shape
  private let hilumHeight: Double

  init(_ trunk: Trunk, using generator: inout SplitMix64) {
    let girth = generator.uniform(0.72...1.08)
    let apex = Point(x: 0.02 + 0.1 * girth, y: generator.uniform(-0.22 ... -0.12))
    let tilt = generator.uniform(0.3...0.7)
    heart = Shape.ellipse(apex, 0.3 * girth, 0.25 * girth, angle: tilt)
      .joined(with: .ellipse(Point(x: 0, y: -0.3), 0.11, 0.24), rounding: 0.12)
      .waving(by: 0.02, waves: 2...4, using: &generator)
    ventricle = .ellipse(apex, 0.19 * girth, 0.13 * girth, angle: tilt)
    let radius = generator.uniform(0.045...0.06)
    aorta = .ellipse(Point(x: 0.12, y: trunk.spine.y - 0.13), radius, radius)
    backWall = Shape.ellipse(trunk.spine, 0.16, 0.14)
      .joined(
        with: .taperedLine(
          from: trunk.spine, to: Point(x: 0, y: -0.1), thick: 0.13, thin: 0.12), rounding: 0.1
      )
      .joined(
        with: .taperedLine(
          from: Point(x: -0.2, y: trunk.spine.y + 0.15),
          to: Point(x: 0.2, y: trunk.spine.y + 0.15), thick: 0.06, thin: 0.06), rounding: 0.1)
    hilumHeight = generator.uniform(0...0.1)
  }

  /// Where vessels enter the lung.
  func hilum(side: Double) -> Point { Point(x: side * 0.11, y: hilumHeight) }

  func paint(on canvas: inout Canvas) {
    canvas.paint(backWall, Tissue.fat + 0.06)
    canvas.paint(heart, Tissue.muscle + 0.02)
    canvas.paint(ventricle, Tissue.blood, softness: 0.05)
    canvas.paint(aorta.grown(by: 0.012), Tissue.muscle)
    canvas.paint(aorta, Tissue.blood)
    canvas.paint(.ellipse(Point(x: -0.02, y: hilumHeight + 0.1), 0.028, 0.022), Tissue.muscle)
    for side in [-1.0, 1.0] {
      let bronchus = Point(x: side * 0.075, y: hilumHeight + 0.01)
      canvas.paint(.ellipse(bronchus, 0.04, 0.028, angle: side * 0.5), Tissue.muscle)
      canvas.paint(.ellipse(bronchus, 0.03, 0.018, angle: side * 0.5), Tissue.air)
    }
  }

  /// The part of the cavity on one side (+1: the right of the picture) that is left for the lung.
  func lung(in trunk: Trunk, side: Double, using generator: inout SplitMix64) -> Shape {
    let halfGap = generator.uniform(0.02...0.05)
    let half = Shape(centre: Point(x: 0, y: 0), reach: 2) { halfGap - side * $0.x }
    return trunk.cavity.grown(by: -0.02)
      .common(with: half, rounding: 0.08)
      .without(backWall, rounding: 0.06)
      .without(heart, rounding: 0.06)
      .without(aorta.grown(by: 0.02), rounding: 0.04)
  }
}
