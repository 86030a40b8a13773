import Foundation

extension Phantom {
  /// Paints an axial slice through a chest; the object is the left lung, on the right of the image.
  ///
  /// Lungs and outside air are almost equally dark, as in a soft-tissue window, so the intensity
  /// alone cannot tell them apart. Vessels and nodules inside the lung belong to the object. Equal
  /// arguments give equal bits.
  ///
  /// - Parameters:
  ///   - size: the number of columns and of rows, in `Phantom.minimumSize...4096`.
  ///   - noise: the standard deviation of the Gaussian noise, >= 0; 0.03 resembles a scan.
  ///   - seed: the seed of the anatomy, the markers and the noise.
  /// - Throws: `DipperError` of code `imageUnsupported` if `size` or `noise` is out of range.
  public static func chest(size: Int, noise: Double, seed: UInt64) throws -> Phantom {
    try check(size: size, noise: noise)
    var generator = SplitMix64(seed: seed)
    var canvas = Canvas(size: size)
    let trunk = Trunk(using: &generator)
    trunk.paint(on: &canvas, using: &generator)
    canvas.paint(trunk.cavity, value: Tissue.fat + 0.06)
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
    _ lung: ImplicitShape, side: Double, from mediastinum: Mediastinum, on canvas: inout Canvas,
    using generator: inout SplitMix64
  ) {
    // The patient lies on the back, so the lower parts of the lung are denser.
    canvas.paint(lung) { Tissue.lung + 0.05 * max(0, $0.y) }
    for start in [0.35, -0.1, -0.6] {
      let vessels = vesselTree(
        from: mediastinum.hilum(side: side), heading: side > 0 ? start : .pi - start,
        radius: generator.uniform(0.015...0.023), length: 0.14, levels: 4, using: &generator)
      for vessel in vessels {
        canvas.paint(vessel.intersection(with: lung, rounding: 0), value: Tissue.muscle)
      }
    }
    for _ in 0..<2 {
      let centre = Point(
        x: lung.centre.x + side * generator.uniform(0.3...0.62), y: generator.uniform(-0.35...0.35))
      let radius = generator.uniform(0.015...0.04)
      let nodule = ImplicitShape.ellipse(centre: centre, radiusX: radius, radiusY: radius)
        .waving(amplitude: 0.008, waves: 2...5, using: &generator)
      canvas.paint(nodule.intersection(with: lung, rounding: 0), value: Tissue.muscle)
    }
  }
}

/// The mediastinum between the lungs: heart, great vessels, airways, and the tissue before the
/// spine.
private struct Mediastinum {
  private let heart: ImplicitShape
  private let ventricle: ImplicitShape
  private let aorta: ImplicitShape
  private let backWall: ImplicitShape
  private let hilumHeight: Double

  init(_ trunk: Trunk, using generator: inout SplitMix64) {
    let girth = generator.uniform(0.72...1.08)
    let apex = Point(x: 0.02 + 0.1 * girth, y: generator.uniform(-0.22 ... -0.12))
    let tilt = generator.uniform(0.3...0.7)
    heart = ImplicitShape.ellipse(
      centre: apex, radiusX: 0.3 * girth, radiusY: 0.25 * girth, angle: tilt
    )
    .union(
      with: .ellipse(centre: Point(x: 0, y: -0.3), radiusX: 0.11, radiusY: 0.24), rounding: 0.12
    )
    .waving(amplitude: 0.02, waves: 2...4, using: &generator)
    ventricle = .ellipse(centre: apex, radiusX: 0.19 * girth, radiusY: 0.13 * girth, angle: tilt)
    let radius = generator.uniform(0.045...0.06)
    aorta = .ellipse(
      centre: Point(x: 0.12, y: trunk.spine.y - 0.13), radiusX: radius, radiusY: radius)
    backWall = ImplicitShape.ellipse(centre: trunk.spine, radiusX: 0.16, radiusY: 0.14)
      .union(
        with: .taperedLine(
          from: trunk.spine, to: Point(x: 0, y: -0.1), startRadius: 0.13, endRadius: 0.12),
        rounding: 0.1
      )
      .union(
        with: .taperedLine(
          from: Point(x: -0.2, y: trunk.spine.y + 0.15),
          to: Point(x: 0.2, y: trunk.spine.y + 0.15), startRadius: 0.06, endRadius: 0.06),
        rounding: 0.1)
    hilumHeight = generator.uniform(0...0.1)
  }

  /// Returns the point where vessels enter the lung; `side` is +1 for the right of the image, else
  /// -1.
  func hilum(side: Double) -> Point { Point(x: side * 0.11, y: hilumHeight) }

  func paint(on canvas: inout Canvas) {
    canvas.paint(backWall, value: Tissue.fat + 0.06)
    canvas.paint(heart, value: Tissue.muscle + 0.02)
    canvas.paint(ventricle, value: Tissue.blood, softness: 0.05)
    canvas.paint(aorta.grown(by: 0.012), value: Tissue.muscle)
    canvas.paint(aorta, value: Tissue.blood)
    canvas.paint(
      .ellipse(centre: Point(x: -0.02, y: hilumHeight + 0.1), radiusX: 0.028, radiusY: 0.022),
      value: Tissue.muscle)
    for side in [-1.0, 1.0] {
      let bronchus = Point(x: side * 0.075, y: hilumHeight + 0.01)
      canvas.paint(
        .ellipse(centre: bronchus, radiusX: 0.04, radiusY: 0.028, angle: side * 0.5),
        value: Tissue.muscle)
      canvas.paint(
        .ellipse(centre: bronchus, radiusX: 0.03, radiusY: 0.018, angle: side * 0.5),
        value: Tissue.air)
    }
  }

  /// Returns the part of the cavity that the lung fills; `side` is +1 for the right of the image,
  /// else -1.
  func lung(in trunk: Trunk, side: Double, using generator: inout SplitMix64) -> ImplicitShape {
    let halfGap = generator.uniform(0.02...0.05)
    let half = ImplicitShape(centre: Point(x: 0, y: 0), boundingRadius: 2) { halfGap - side * $0.x }
    return trunk.cavity.grown(by: -0.02)
      .intersection(with: half, rounding: 0.08)
      .subtracting(backWall, rounding: 0.06)
      .subtracting(heart, rounding: 0.06)
      .subtracting(aorta.grown(by: 0.02), rounding: 0.04)
  }
}
