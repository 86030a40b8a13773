import Errors
import Foundation

extension MarkerSet {
  /// Simulates a user's clicks: a convex marker polygon of 4 to 6 vertices well inside the object.
  ///
  /// The polygon surrounds one of the deepest pixels of the object. Its distance to the object's
  /// border is at least 0.3 of that pixel's depth. It covers at most a share of the object, which
  /// is drawn from `[0.05, 0.25]`.
  ///
  /// - Throws: `DipperError` of code `markersInvalid` if the object is empty.
  public static func simulated(inside object: Mask, seed: UInt64) throws -> MarkerSet {
    let depths = object.innerDistance()
    guard let (deepest, depth) = depths.enumerated().max(by: { $0.1 < $1.1 }), depth > 0 else {
      throw DipperError(.markersInvalid, "no markers can be simulated inside an empty mask")
    }
    var generator = SplitMix64(seed: seed)
    let centre = Point(x: Double(deepest % object.width), y: Double(deepest / object.width))
    let core = Mask(
      width: object.width, height: object.height, spacing: object.spacing,
      pixels: depths.map { $0 > 0 && $0 >= 0.3 * depth })
    let largestArea = generator.uniform(0.05...0.25) * Double(object.area)
    let ellipse = RandomEllipse(using: &generator)
    var radius = 4 * depth
    var markers = ellipse.polygon(around: centre, radius: radius)
    // A polygon within half a pixel of the centre covers only one pixel of the core.
    while radius > 0.5 && (markers.area > largestArea || !core.contains(markers)) {
      radius *= 0.95
      markers = ellipse.polygon(around: centre, radius: radius)
    }
    return markers
  }
}

extension Mask {
  /// Tells whether every pixel of the polygon is inside this mask.
  fileprivate func contains(_ polygon: MarkerSet) -> Bool {
    let isOutside = polygon.points.contains {
      !(0...Double(width - 1)).contains($0.x) || !(0...Double(height - 1)).contains($0.y)
    }
    return !isOutside
      && zip(Mask(polygon: polygon, width: width, height: height).pixels, pixels)
        .allSatisfy { !$0 || $1 }
  }
}

/// An ellipse with the random angles of a polygon's vertices; a polygon with its vertices on an
/// ellipse is convex.
private struct RandomEllipse {
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

  func polygon(around centre: Point, radius: Double) -> MarkerSet {
    MarkerSet(
      points: angles.map { angle in
        let major = radius * cos(angle)
        let minor = radius * flattening * sin(angle)
        return Point(
          x: centre.x + major * cos(tilt) - minor * sin(tilt),
          y: centre.y + major * sin(tilt) + minor * cos(tilt))
      })
  }
}
