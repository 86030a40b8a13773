/// A point in pixel coordinates; pixel centres lie at whole numbers.
public struct Point: Hashable, Sendable {
  /// Column coordinate, to the right.
  public var x: Double
  /// Row coordinate, downwards.
  public var y: Double

  /// A point at column `x`, row `y`, in pixels.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// The marker set M: the user's clicks inside one object, as the vertices of a polygon in order.
///
/// As JSON: `{"points": [[x, y], ...]}`.
public struct MarkerSet: Hashable, Sendable {
  /// At least three vertices, in order, in pixels of the image.
  public var points: [Point]

  /// A polygon with these vertices, in order.
  public init(points: [Point]) {
    self.points = points
  }
}
