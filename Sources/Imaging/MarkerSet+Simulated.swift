import Foundation

extension MarkerSet {
  /// Clicks as a user might set them: a convex polygon of 4 to 6 vertices well inside the object.
  ///
  /// It lies round a point as far from the object's border as any, at least 0.3 of that distance
  /// away from it, and covers at most 5 to 25 % of the object (drawn from `seed`).
  ///
  /// - Throws: `ImagingError` of code `markers` where the object is empty.
  public static func simulated(inside object: Mask, seed: UInt64) throws -> MarkerSet {
    let depths = object.innerDistance()
    guard let (deepest, depth) = depths.enumerated().max(by: { $0.1 < $1.1 }), depth > 0 else {
      throw ImagingError(.markers, "no clicks can be simulated inside an empty mask")
    }
    var generator = SplitMix64(seed: seed)
    let centre = Point(x: Double(deepest % object.width), y: Double(deepest / object.width))
    let core = Mask(
      width: object.width, height: object.height, spacing: object.spacing,
      pixels: depths.map { $0 > 0 && $0 >= 0.3 * depth })
    let largest = generator.uniform(0.05...0.25) * Double(object.area)
    let directions = Oval(using: &generator)
    var radius = 4 * depth
    var markers = directions.polygon(round: centre, radius: radius)
    // A polygon within half a pixel of the centre lies on one pixel of the core.
    while radius > 0.5 && (markers.area > largest || !core.contains(markers)) {
      radius *= 0.95
      markers = directions.polygon(round: centre, radius: radius)
    }
    return markers
  }
}

extension Mask {
  /// Whether every pixel of the polygon is one of this mask.
  fileprivate func contains(_ polygon: MarkerSet) -> Bool {
    let isOutside = polygon.points.contains {
      !(0...Double(width - 1)).contains($0.x) || !(0...Double(height - 1)).contains($0.y)
    }
    return !isOutside
      && zip(Mask(polygon: polygon, width: width, height: height).pixels, pixels)
        .allSatisfy { !$0 || $1 }
  }
}

/// Directions on an ellipse: polygons with their vertices on one are convex.
private struct Oval {
  private let angles: [Double]
  private let flattening: Double
  private let tilt: Double

  init(using generator: inout SplitMix64) {
    let count = Int(generator.uniform(4...7))
    let start = generator.uniform(0...(2 * .pi))
    angles = (0..<count).map {
      start + 2 * .pi * (Double($0) + generator.uniform(-0.25...0.25)) / Double(count)
    }
    flattening = generator.uniform(0.4...1)
    tilt = generator.uniform(0...(.pi))
  }

  func polygon(round centre: Point, radius: Double) -> MarkerSet {
    MarkerSet(
      points: angles.map { angle in
        let (along, across) = (radius * cos(angle), radius * flattening * sin(angle))
        return Point(
          x: centre.x + along * cos(tilt) - across * sin(tilt),
          y: centre.y + along * sin(tilt) + across * cos(tilt))
      })
  }
}
