/// A point in pixel coordinates; pixel centres lie at integer coordinates.
public struct Point: Hashable, Sendable {
  /// The column coordinate in pixels, increasing to the right.
  public var x: Double
  /// The row coordinate in pixels, increasing downwards.
  public var y: Double

  /// Creates a point at column `x`, row `y`, in pixels.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// The marker set M: the user's clicks inside one object.
///
/// The points are the vertices of the marker polygon, in order; its filled mask is the marker mask.
/// A marker file holds them as JSON, `{"points": [[x, y], ...]}`.
public struct MarkerSet: Hashable, Sendable {
  /// The vertices of the marker polygon in order, at least three, in pixels of the image.
  public var points: [Point]

  /// Creates the marker set of a polygon with these vertices, in order.
  public init(points: [Point]) {
    self.points = points
  }
}
