import Foundation

/// A region of the plane given by a signed distance function, negative inside.
///
/// The distances are first-order approximations, accurate near the border. Phantoms use the square
/// `[-1, 1] x [-1, 1]`, x to the right, y downwards.
struct ImplicitShape {
  /// The centre of a disc that holds the whole region, so that painting can skip other pixels.
  var centre: Point
  /// The radius of that disc.
  var boundingRadius: Double
  /// The signed distance of a point to the border.
  var distance: (Point) -> Double

  /// Tells whether a point lies inside, more than `depth` away from the border.
  func contains(_ point: Point, depth: Double = 0) -> Bool { distance(point) < -depth }

  /// Returns an ellipse, turned by `angle` radians from the x axis towards the y axis.
  static func ellipse(
    centre: Point, radiusX: Double, radiusY: Double, angle: Double = 0
  ) -> ImplicitShape {
    let sine = sin(angle)
    let cosine = cos(angle)
    return ImplicitShape(centre: centre, boundingRadius: max(radiusX, radiusY)) { point in
      let dx = point.x - centre.x
      let dy = point.y - centre.y
      let x = (dx * cosine + dy * sine) / radiusX
      let y = (dy * cosine - dx * sine) / radiusY
      let level = (x * x + y * y).squareRoot()
      let slope = ((x / radiusX) * (x / radiusX) + (y / radiusY) * (y / radiusY)).squareRoot()
      // First-order distance to the level set 1; the slope vanishes only at the centre.
      return slope > 0 ? level * (level - 1) / slope : -min(radiusX, radiusY)
    }
  }

  /// Returns the points within a radius of the line from `start` to `end`; the radius changes
  /// linearly along the line.
  static func taperedLine(
    from start: Point, to end: Point, startRadius: Double, endRadius: Double
  ) -> ImplicitShape {
    let dx = end.x - start.x
    let dy = end.y - start.y
    let squared = max(dx * dx + dy * dy, 1e-12)
    let middle = Point(x: (start.x + end.x) / 2, y: (start.y + end.y) / 2)
    let reach = squared.squareRoot() / 2 + startRadius
    return ImplicitShape(centre: middle, boundingRadius: reach) { point in
      let along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / squared
      let t = max(0, min(1, along))
      return hypot(point.x - start.x - t * dx, point.y - start.y - t * dy)
        - (startRadius + t * (endRadius - startRadius))
    }
  }

  /// Returns the union with another region; the crease between them is filled to a depth of
  /// `rounding`.
  func union(with other: ImplicitShape, rounding: Double) -> ImplicitShape {
    let mine = distance
    let theirs = other.distance
    let gap = hypot(other.centre.x - centre.x, other.centre.y - centre.y)
    let reach = max(boundingRadius, gap + other.boundingRadius) + rounding
    return ImplicitShape(centre: centre, boundingRadius: reach) { point in
      -smoothMaximum(-mine(point), and: -theirs(point), width: rounding)
    }
  }

  /// Returns the intersection with another region, its corners rounded.
  func intersection(with other: ImplicitShape, rounding: Double) -> ImplicitShape {
    let mine = distance
    let theirs = other.distance
    return ImplicitShape(centre: centre, boundingRadius: boundingRadius) {
      smoothMaximum(mine($0), and: theirs($0), width: rounding)
    }
  }

  /// Returns the part of this region outside the other, its corners rounded.
  func subtracting(_ other: ImplicitShape, rounding: Double) -> ImplicitShape {
    let mine = distance
    let theirs = other.distance
    return ImplicitShape(centre: centre, boundingRadius: boundingRadius) {
      smoothMaximum(mine($0), and: -theirs($0), width: rounding)
    }
  }

  /// Returns the region grown (`margin` > 0) or shrunk (`margin` < 0) on all sides.
  func grown(by margin: Double) -> ImplicitShape {
    let mine = distance
    return ImplicitShape(centre: centre, boundingRadius: boundingRadius + max(0, margin)) {
      mine($0) - margin
    }
  }

  /// Returns the region with a wavy border: the sum of three random harmonics of at most
  /// `amplitude`, with numbers of waves around the centre drawn from `waves`.
  func waving(
    amplitude: Double, waves: ClosedRange<Double>, using generator: inout SplitMix64
  ) -> ImplicitShape {
    let harmonics = (0..<3).map { _ in
      (count: generator.uniform(waves).rounded(), phase: generator.uniform(0...(2 * .pi)))
    }
    let mine = distance
    let middle = centre
    return ImplicitShape(centre: centre, boundingRadius: boundingRadius + amplitude) { point in
      let angle = atan2(point.y - middle.y, point.x - middle.x)
      let wave = harmonics.reduce(0) { $0 + cos($1.count * angle + $1.phase) }
      return mine(point) - amplitude * wave / 3
    }
  }
}

/// Returns the larger of two numbers, rounded quadratically if they differ by less than `width`
/// (the polynomial smooth minimum of Quilez, negated).
private func smoothMaximum(_ a: Double, and b: Double, width: Double) -> Double {
  guard width > 0 else { return max(a, b) }
  let overlap = max(0, width - abs(a - b)) / width
  return max(a, b) + overlap * overlap * width / 4
}
