import Foundation

extension Phantom {
  /// An axial slice through an upper abdomen; the object is one marked lesion of the liver.
  ///
  /// The liver, on the left of the picture, holds vessels brighter and a few lesions slightly
  /// darker than itself; the other lesions and organs look like the object but are not marked.
  ///
  /// - Parameters:
  ///   - size: columns and rows, `Phantom.smallestSize` or more.
  ///   - noise: standard deviation of the Gaussian noise, >= 0; 0.03 looks like a scan.
  ///   - seed: decides the anatomy, the clicks and the noise; equal arguments, equal bits.
  /// - Throws: `ImagingError` of code `unsupported` where `size` or `noise` make no picture.
  public static func liver(size: Int, noise: Double, seed: UInt64) throws -> Phantom {
    try check(size: size, noise: noise)
    var generator = SplitMix64(seed: seed)
    var canvas = Canvas(size: size)
    let trunk = Trunk(using: &generator)
    trunk.paint(on: &canvas, using: &generator)
    canvas.paint(trunk.cavity, Tissue.fat - 0.04)
    paintOrgans(in: trunk, on: &canvas, using: &generator)
    let liver = liver(in: trunk, using: &generator)
    canvas.paint(liver) { Tissue.blood - 0.04 + 0.01 * sin(9 * $0.x) * cos(7 * $0.y) }
    paintVessels(of: liver, on: &canvas, using: &generator)
    let lesions = lesions(in: liver, using: &generator)
    for lesion in lesions {
      let contrast = generator.uniform(0.1...0.16)
      canvas.paint(lesion, Tissue.blood - 0.04 - contrast, softness: 0.015)
    }
    trunk.paintSpine(on: &canvas)
    return try Phantom(canvas, object: lesions[0], noise: noise, using: &generator)
  }

  private static func liver(in trunk: Trunk, using generator: inout SplitMix64) -> Shape {
    let right = Shape.ellipse(
      Point(x: -0.36, y: generator.uniform(-0.08...0)), 0.36, generator.uniform(0.38...0.46),
      angle: generator.uniform(-0.2...0.2))
    let left = Shape.ellipse(
      Point(x: generator.uniform(-0.02...0.08), y: -0.3), 0.34, generator.uniform(0.13...0.19),
      angle: generator.uniform(-0.25...0))
    return right.joined(with: left, rounding: 0.15)
      .waving(by: 0.02, waves: 3...6, using: &generator)
      .common(with: trunk.cavity.grown(by: -0.025), rounding: 0.05)
  }

  private static func paintVessels(
    of liver: Shape, on canvas: inout Canvas, using generator: inout SplitMix64
  ) {
    for heading in [2.6, 3.5, 4.3] {
      let vessels = vesselTree(
        from: Point(x: -0.12, y: -0.05), heading: heading, radius: 0.022, length: 0.16, levels: 4,
        using: &generator)
      for vessel in vessels {
        canvas.paint(vessel.common(with: liver, rounding: 0), Tissue.blood + 0.04)
      }
    }
  }

  /// Three to five lesions well inside the liver and apart from each other, the object first.
  private static func lesions(in liver: Shape, using generator: inout SplitMix64) -> [Shape] {
    // The object lies in the middle of the right lobe, where there is room for the largest.
    let place = Point(
      x: liver.centre.x + generator.uniform(-0.06...0.08),
      y: liver.centre.y + generator.uniform(-0.15...0.12))
    var lesions = [lesion(place, generator.uniform(0.1...0.15), using: &generator)]
    let others = Int(generator.uniform(2...5))
    for _ in 0..<200 where lesions.count <= others {
      let place = Point(x: generator.uniform(-0.7...0.3), y: generator.uniform(-0.5...0.4))
      let radius = generator.uniform(0.03...0.08)
      let isApart = lesions.allSatisfy {
        hypot($0.centre.x - place.x, $0.centre.y - place.y) > $0.reach + radius + 0.06
      }
      guard isApart && liver.contains(place, depth: radius + 0.03) else { continue }
      lesions.append(lesion(place, radius, using: &generator))
    }
    return lesions
  }

  private static func lesion(
    _ place: Point, _ radius: Double, using generator: inout SplitMix64
  ) -> Shape {
    Shape.ellipse(
      place, radius, radius * generator.uniform(0.7...1), angle: generator.uniform(0...(.pi))
    ).waving(by: 0.2 * radius, waves: 2...5, using: &generator)
  }

  private static func paintOrgans(
    in trunk: Trunk, on canvas: inout Canvas, using generator: inout SplitMix64
  ) {
    func shift() -> Double { generator.uniform(-0.02...0.02) }
    let inside = trunk.cavity.grown(by: -0.03)
    let spleen = Shape.ellipse(Point(x: 0.52 + shift(), y: 0.12), 0.13, 0.27, angle: -0.3)
    canvas.paint(spleen.common(with: inside, rounding: 0.05), Tissue.blood - 0.05)
    let stomach = Shape.ellipse(Point(x: 0.36, y: -0.2 + shift()), 0.21, 0.16, angle: 0.3)
    canvas.paint(stomach, Tissue.muscle)
    canvas.paint(stomach.grown(by: -0.02), Tissue.fat + 0.1)
    let bubble = Shape.ellipse(Point(x: 0.38, y: -0.3), 0.14, 0.06)
    canvas.paint(bubble.common(with: stomach.grown(by: -0.02), rounding: 0.02), Tissue.air)
    for side in [-1.0, 1.0] {
      let place = Point(x: side * 0.3, y: trunk.spine.y - 0.02 + shift())
      canvas.paint(.ellipse(place, 0.1, 0.12, angle: side * 0.4), Tissue.blood + 0.1)
      let pelvis = Point(x: place.x - side * 0.04, y: place.y)
      canvas.paint(.ellipse(pelvis, 0.045, 0.05), Tissue.fat)
    }
    canvas.paint(.ellipse(Point(x: 0.07, y: trunk.spine.y - 0.16), 0.05, 0.05), Tissue.blood + 0.08)
    canvas.paint(.ellipse(Point(x: -0.1, y: trunk.spine.y - 0.15), 0.06, 0.04), Tissue.blood + 0.02)
  }
}
