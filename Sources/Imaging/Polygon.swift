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
        .markers,
        "\(name) encloses no area: its points lie on one line, or its sides cross; give the corners "
          + "in their order round the inside")
    }
  }
}

extension Mask {
  /// The pixels whose centres lie inside the polygon (even-odd rule) or on its border, and those
  /// under its vertices.
  ///
  /// The vertices belong to it because the user clicked there; so no polygon within the image is
  /// empty. What lies outside the image is left out.
  public init(polygon: MarkerSet, width: Int, height: Int, spacing: Spacing = .unit) {
    self.init(
      width: width, height: height, spacing: spacing,
      pixels: [Bool](repeating: false, count: width * height))
    for y in 0..<height {
      for pair in polygon.chords(ofRow: Double(y)) { fill(row: y, from: pair.0, to: pair.1) }
    }
    for point in polygon.points {
      guard let x = place(of: point.x, among: width), let y = place(of: point.y, among: height)
      else { continue }
      self[x, y] = true
    }
  }

  /// Which of `count` pixels in a row holds a coordinate: the outermost hold the image's edges too.
  private func place(of coordinate: Double, among count: Int) -> Int? {
    guard (-0.5...Double(count) - 0.5).contains(coordinate) else { return nil }
    return min(max(Int(coordinate.rounded()), 0), count - 1)
  }

  /// Sets the pixels of a row with centres in `[first, last]`.
  private mutating func fill(row: Int, from first: Double, to last: Double) {
    // Clipped before rounding: a coordinate may be larger than any integer.
    let low = max(0, first.rounded(.up))
    let high = min(Double(width - 1), last.rounded(.down))
    guard low <= high else { return }
    for x in Int(low)...Int(high) { self[x, row] = true }
  }
}

extension MarkerSet {
  /// The parts of the line of height `y` that lie inside the polygon or on its border.
  ///
  /// A line through a vertex or along an edge has no sides of its own: it takes those of the lines
  /// just above and just below it.
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
