import Errors

extension MarkerSet {
  /// The polygon's area by the shoelace formula, in square pixels, >= 0.
  public var area: Double {
    let next = points.dropFirst() + points.prefix(1)
    return abs(zip(points, next).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }) / 2
  }

  /// Checks that these markers can be used with an image of `width` x `height` pixels.
  ///
  /// - Parameters:
  ///   - width: the width of the image in pixels.
  ///   - height: the height of the image in pixels.
  ///   - name: the name of the markers in errors.
  /// - Throws: `DipperError` of code `markersInvalid` if there are fewer than 3 points, if one lies
  ///   outside the image, or if the polygon has no area.
  public func validate(width: Int, height: Int, name: String) throws {
    guard points.count >= 3 else {
      throw DipperError(
        .markersInvalid,
        "\(name) has \(points.count) point\(points.count == 1 ? "" : "s"); a marker polygon needs "
          + "at least 3")
    }
    let outside = points.firstIndex { !$0.isInside(width: width, height: height) }
    if let outside {
      throw DipperError(
        .markersInvalid,
        "point \(outside + 1) of \(name), (\(points[outside].x), \(points[outside].y)), lies "
          + "outside the image of \(width) x \(height) pixels")
    }
    guard area > 1e-6 else {
      throw DipperError(
        .markersInvalid,
        "\(name) encloses no area: its points lie on one line, or its sides cross; give the corners "
          + "in their order around the inside")
    }
  }
}

extension Point {
  /// Tells whether the point lies in an image of `width` x `height` pixels.
  fileprivate func isInside(width: Int, height: Int) -> Bool {
    (-0.5...Double(width) - 0.5).contains(x) && (-0.5...Double(height) - 0.5).contains(y)
  }
}

extension Mask {
  /// Creates the marker mask: the pixels whose centres lie inside the marker polygon (even-odd
  /// rule) or on its border, and those under its vertices.
  ///
  /// The vertices belong to the mask because the user clicked there, so the mask of a polygon
  /// within the image is never empty. Parts of the polygon outside the image are cut off.
  public init(polygon: MarkerSet, width: Int, height: Int, spacing: Spacing = .unknown) {
    self.init(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: width * height))
    for y in 0..<height {
      for chord in polygon.chords(ofRow: Double(y)) { fill(row: y, from: chord.0, to: chord.1) }
    }
    for point in polygon.points {
      guard let x = index(of: point.x, count: width), let y = index(of: point.y, count: height)
      else { continue }
      self[x, y] = true
    }
  }

  /// Returns the index of the pixel that contains a coordinate, in a row of `count` pixels; nil
  /// outside.
  ///
  /// The outermost pixels include the image's edges.
  private func index(of coordinate: Double, count: Int) -> Int? {
    guard (-0.5...Double(count) - 0.5).contains(coordinate) else { return nil }
    return min(max(Int(coordinate.rounded()), 0), count - 1)
  }

  /// Sets the pixels of a row whose centres lie in `[first, last]`.
  private mutating func fill(row: Int, from first: Double, to last: Double) {
    // The coordinates are clipped before they become integers: they may exceed any integer.
    let low = max(0, first.rounded(.up))
    let high = min(Double(width - 1), last.rounded(.down))
    guard low <= high else { return }
    for x in Int(low)...Int(high) { self[x, row] = true }
  }
}

extension MarkerSet {
  /// Returns the intervals of the horizontal line at `y` inside the polygon or on its border.
  ///
  /// On a line through a vertex or along an edge the even-odd rule is ambiguous, so the intervals
  /// are those of the lines just above and just below it together.
  fileprivate func chords(ofRow y: Double) -> [(Double, Double)] {
    let next = points.dropFirst() + points.prefix(1)
    let edges = Array(zip(points, next))
    func chords(_ isAbove: (Double) -> Bool) -> [(Double, Double)] {
      let crossings = edges.compactMap { from, to in
        isAbove(from.y) == isAbove(to.y)
          ? nil : from.x + (y - from.y) * (to.x - from.x) / (to.y - from.y)
      }.sorted()
      return stride(from: 0, to: crossings.count - 1, by: 2).map {
        (crossings[$0], crossings[$0 + 1])
      }
    }
    return chords { $0 <= y } + chords { $0 < y }
  }
}
