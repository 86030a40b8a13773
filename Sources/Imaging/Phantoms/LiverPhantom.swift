import Foundation

extension Phantom {
  /// Paints an axial slice through an upper abdomen; the object is one marked lesion of the liver.
  ///
  /// The liver, on the left of the image, holds vessels brighter and a few lesions slightly darker
  /// than itself. The other lesions and organs look like the object but are not marked. Equal
  /// arguments give equal bits.
  ///
  /// - Parameters:
  ///   - size: the number of columns and of rows, in `Phantom.minimumSize...4096`.
  ///   - noise: the standard deviation of the Gaussian noise, >= 0; 0.03 resembles a scan.
  ///   - seed: the seed of the anatomy, the markers and the noise.
  /// - Throws: `DipperError` of code `imageUnsupported` if `size` or `noise` is out of range.
  public static func liver(size: Int, noise: Double, seed: UInt64) throws -> Phantom {
    try check(size: size, noise: noise)
    var generator = SplitMix64(seed: seed)
    var canvas = Canvas(size: size)
    let trunk = Trunk(using: &generator)
    trunk.paint(on: &canvas, using: &generator)
    canvas.paint(trunk.cavity, value: Tissue.fat - 0.04)
    paintOrgans(in: trunk, on: &canvas, using: &generator)
    let liver = liver(in: trunk, using: &generator)
    canvas.paint(liver) { Tissue.blood - 0.04 + 0.01 * sin(9 * $0.x) * cos(7 * $0.y) }
    paintVessels(of: liver, on: &canvas, using: &generator)
    let lesions = lesions(in: liver, using: &generator)
    for lesion in lesions {
      let contrast = generator.uniform(0.1...0.16)
      canvas.paint(lesion, value: Tissue.blood - 0.04 - contrast, softness: 0.015)
    }
    trunk.paintSpine(on: &canvas)
    return try Phantom(canvas, object: lesions[0], noise: noise, using: &generator)
  }

  private static func liver(in trunk: Trunk, using generator: inout SplitMix64) -> ImplicitShape {
    let right = ImplicitShape.ellipse(
      centre: Point(x: -0.36, y: generator.uniform(-0.08...0)), radiusX: 0.36,
      radiusY: generator.uniform(0.38...0.46),
      angle: generator.uniform(-0.2...0.2))
    let left = ImplicitShape.ellipse(
      centre: Point(x: generator.uniform(-0.02...0.08), y: -0.3), radiusX: 0.34,
      radiusY: generator.uniform(0.13...0.19),
      angle: generator.uniform(-0.25...0))
    return right.union(with: left, rounding: 0.15)
      .waving(amplitude: 0.02, waves: 3...6, using: &generator)
      .intersection(with: trunk.cavity.grown(by: -0.025), rounding: 0.05)
  }

  private static func paintVessels(
    of liver: ImplicitShape, on canvas: inout Canvas, using generator: inout SplitMix64
  ) {
    for heading in [2.6, 3.5, 4.3] {
      let vessels = vesselTree(
        from: Point(x: -0.12, y: -0.05), heading: heading, radius: 0.022, length: 0.16, levels: 4,
        using: &generator)
      for vessel in vessels {
        canvas.paint(vessel.intersection(with: liver, rounding: 0), value: Tissue.blood + 0.04)
      }
    }
  }

  /// Creates three to five lesions well inside the liver and apart from each other, the object
  /// first.
  private static func lesions(in liver: ImplicitShape, using generator: inout SplitMix64)
    -> [ImplicitShape]
  {
    // The object lies in the middle of the right lobe, where there is room for the largest lesion.
    let middle = Point(
      x: liver.centre.x + generator.uniform(-0.06...0.08),
      y: liver.centre.y + generator.uniform(-0.15...0.12))
    var lesions = [lesion(at: middle, radius: generator.uniform(0.1...0.15), using: &generator)]
    let others = Int(generator.uniform(2...5))
    for _ in 0..<200 where lesions.count <= others {
      let centre = Point(x: generator.uniform(-0.7...0.3), y: generator.uniform(-0.5...0.4))
      let radius = generator.uniform(0.03...0.08)
      let isApart = lesions.allSatisfy {
        hypot($0.centre.x - centre.x, $0.centre.y - centre.y) > $0.boundingRadius + radius + 0.06
      }
      guard isApart && liver.contains(centre, depth: radius + 0.03) else { continue }
      lesions.append(lesion(at: centre, radius: radius, using: &generator))
    }
    return lesions
  }

  private static func lesion(
    at centre: Point, radius: Double, using generator: inout SplitMix64
  ) -> ImplicitShape {
    ImplicitShape.ellipse(
      centre: centre, radiusX: radius, radiusY: radius * generator.uniform(0.7...1),
      angle: generator.uniform(0...(.pi))
    ).waving(amplitude: 0.2 * radius, waves: 2...5, using: &generator)
  }

  private static func paintOrgans(
    in trunk: Trunk, on canvas: inout Canvas, using generator: inout SplitMix64
  ) {
    func shift() -> Double { generator.uniform(-0.02...0.02) }
    let inside = trunk.cavity.grown(by: -0.03)
    let spleen = ImplicitShape.ellipse(
      centre: Point(x: 0.52 + shift(), y: 0.12), radiusX: 0.13, radiusY: 0.27, angle: -0.3)
    canvas.paint(spleen.intersection(with: inside, rounding: 0.05), value: Tissue.blood - 0.05)
    let stomach = ImplicitShape.ellipse(
      centre: Point(x: 0.36, y: -0.2 + shift()), radiusX: 0.21, radiusY: 0.16, angle: 0.3)
    canvas.paint(stomach, value: Tissue.muscle)
    canvas.paint(stomach.grown(by: -0.02), value: Tissue.fat + 0.1)
    let bubble = ImplicitShape.ellipse(
      centre: Point(x: 0.38, y: -0.3), radiusX: 0.14, radiusY: 0.06)
    canvas.paint(
      bubble.intersection(with: stomach.grown(by: -0.02), rounding: 0.02), value: Tissue.air)
    for side in [-1.0, 1.0] {
      let centre = Point(x: side * 0.3, y: trunk.spine.y - 0.02 + shift())
      canvas.paint(
        .ellipse(centre: centre, radiusX: 0.1, radiusY: 0.12, angle: side * 0.4),
        value: Tissue.blood + 0.1)
      let pelvis = Point(x: centre.x - side * 0.04, y: centre.y)
      canvas.paint(.ellipse(centre: pelvis, radiusX: 0.045, radiusY: 0.05), value: Tissue.fat)
    }
    canvas.paint(
      .ellipse(centre: Point(x: 0.07, y: trunk.spine.y - 0.16), radiusX: 0.05, radiusY: 0.05),
      value: Tissue.blood + 0.08)
    canvas.paint(
      .ellipse(centre: Point(x: -0.1, y: trunk.spine.y - 0.15), radiusX: 0.06, radiusY: 0.04),
      value: Tissue.blood + 0.02)
  }
}
