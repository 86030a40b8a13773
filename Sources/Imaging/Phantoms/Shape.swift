import Foundation

/// A region of the plane by its signed distance: negative inside, exact enough near the border.
///
/// Phantoms live in `[-1, 1] x [-1, 1]`, x to the right, y downwards.
struct Shape {
  /// A disc that holds the whole region, so that painting can skip the rest.
  var centre: Point
  var reach: Double
  /// Signed distance to the border.
  var distance: (Point) -> Double

  func contains(_ point: Point, depth: Double = 0) -> Bool { distance(point) < -depth }

  /// An ellipse, turned by `angle` radians from the x axis towards the y axis.
  static func ellipse(_ centre: Point, _ radiusX: Double, _ radiusY: Double, angle: Double = 0)
    -> Shape
  {
    let (sine, cosine) = (sin(angle), cos(angle))
    return Shape(centre: centre, reach: max(radiusX, radiusY)) { point in
      let (dx, dy) = (point.x - centre.x, point.y - centre.y)
      let x = (dx * cosine + dy * sine) / radiusX
      let y = (dy * cosine - dx * sine) / radiusY
      let level = (x * x + y * y).squareRoot()
      let slope = ((x / radiusX) * (x / radiusX) + (y / radiusY) * (y / radiusY)).squareRoot()
      // First-order distance to the level set 1; the slope vanishes at the centre only.
      return slope > 0 ? level * (level - 1) / slope : -min(radiusX, radiusY)
    }
  }

  /// The points within a radius, `thick` at `start` and `thin` at `end`, of a line between them.
  static func taperedLine(from start: Point, to end: Point, thick: Double, thin: Double) -> Shape {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let squared = max(dx * dx + dy * dy, 1e-12)
    let middle = Point(x: (start.x + end.x) / 2, y: (start.y + end.y) / 2)
    return Shape(centre: middle, reach: squared.squareRoot() / 2 + thick) { point in
      let along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / squared
      let t = max(0, min(1, along))
      return hypot(point.x - start.x - t * dx, point.y - start.y - t * dy)
        - (thick + t * (thin - thick))
    }
  }

  /// Both regions, the crease between them filled to a depth of `rounding`.
  func joined(with other: Shape, rounding: Double) -> Shape {
    let (mine, theirs) = (distance, other.distance)
    let gap = hypot(other.centre.x - centre.x, other.centre.y - centre.y)
    return Shape(centre: centre, reach: max(reach, gap + other.reach) + rounding) { point in
      -smoothMaximum(-mine(point), -theirs(point), rounding)
    }
  }

  /// What lies in both regions, its corners rounded.
  func common(with other: Shape, rounding: Double) -> Shape {
    let (mine, theirs) = (distance, other.distance)
    return Shape(centre: centre, reach: reach) { smoothMaximum(mine($0), theirs($0), rounding) }
  }

  /// What lies in this region but not in the other, its corners rounded.
  func without(_ other: Shape, rounding: Double) -> Shape {
    let (mine, theirs) = (distance, other.distance)
    return Shape(centre: centre, reach: reach) { smoothMaximum(mine($0), -theirs($0), rounding) }
  }

  /// The region grown (`margin` > 0) or shrunk (`margin` < 0) on all sides.
  func grown(by margin: Double) -> Shape {
    let mine = distance
    return Shape(centre: centre, reach: reach + max(0, margin)) { mine($0) - margin }
  }

  /// The region with a border that waves by up to `amplitude`, `waves` times round its centre.
  func waving(
    by amplitude: Double, waves: ClosedRange<Double>, using generator: inout SplitMix64
  ) -> Shape {
    let harmonics = (0..<3).map { _ in
      (generator.uniform(waves).rounded(), generator.uniform(0...(2 * .pi)))
    }
    let (mine, middle) = (distance, centre)
    return Shape(centre: centre, reach: reach + amplitude) { point in
      let angle = atan2(point.y - middle.y, point.x - middle.x)
      let wave = harmonics.reduce(0) { $0 + cos($1.0 * angle + $1.1) }
      return mine(point) - amplitude * wave / 3
    }
  }
}

/// The larger of two numbers, rounded where they differ by less than `width` (Quilez's quadratic).
private func smoothMaximum(_ a: Double, _ b: Double, _ width: Double) -> Double {
  guard width > 0 else { return max(a, b) }
  let overlap = max(0, width - abs(a - b)) / width
  return max(a, b) + overlap * overlap * width / 4
}
