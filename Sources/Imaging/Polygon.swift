extension MarkerSet {
  /// The polygon's area by the shoelace formula, in square pixels, >= 0.
  public var area: Double {
    let next = points.dropFirst() + points.prefix(1)
    return abs(zip(points, next).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }) / 2
  }

  /// Whether these markers can be used with an image of `width` x `height` pixels.
  ///
  /// - Parameter name: what to call the markers in an error.
  /// - Throws: `ImagingError` of code `markers`: fewer than 3 points, outside, or without area.
  public func validate(width: Int, height: Int, name: String) throws {
    guard points.count >= 3 else {
      throw ImagingError(
        .markers, "\(name) has \(points.count) points; a marker polygon needs at least 3")
    }
    for (index, point) in points.enumerated() {
      let isInside =
        (-0.5...Double(width) - 0.5).contains(point.x)
        && (-0.5...Double(height) - 0.5).contains(point.y)
      guard isInside else {
        throw ImagingError(
          .markers,
          "point \(index + 1) of \(name), (\(point.x), \(point.y)), lies outside the image of "
            + "\(width) x \(height) pixels")
      }
    }
    guard area > 1e-6 else {
      throw ImagingError(
        .markers, "\(name) encloses no area: its points lie on one line; click round the inside")
    }
  }
}

extension Mask {
  /// The pixels whose centres lie inside the polygon (even-odd rule), and those under its vertices.
  ///
  /// The vertices belong to it because the user clicked there; so no polygon is empty.
  public init(polygon: MarkerSet, width: Int, height: Int, spacing: Spacing = .unit) {
    self.init(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: width * height))
    for y in 0..<height {
      let crossings = polygon.crossings(ofRow: Double(y))
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        let first = max(0, Int(max(-1, crossings[pair]).rounded(.up)))
        let last = min(width - 1, Int(min(Double(width), crossings[pair + 1]).rounded(.down)))
        for x in first..<max(first, last + 1) { self[x, y] = true }
      }
    }
    for point in polygon.points {
      let (x, y) = (Int(point.x.rounded()), Int(point.y.rounded()))
      if (0..<width).contains(x) && (0..<height).contains(y) { self[x, y] = true }
    }
  }
}

extension MarkerSet {
  /// Where the polygon's edges cross the line of height `y`, from left to right: an even number.
  fileprivate func crossings(ofRow y: Double) -> [Double] {
    let next = points.dropFirst() + points.prefix(1)
    return zip(points, next).compactMap { from, to in
      guard (from.y <= y) != (to.y <= y) else { return nil }
      return from.x + (y - from.y) * (to.x - from.x) / (to.y - from.y)
    }.sorted()
  }
}
