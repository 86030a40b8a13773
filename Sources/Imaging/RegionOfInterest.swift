/// A square window of an image, in pixels of that image; it may reach beyond the border.
public struct RegionOfInterest: Hashable, Sendable, Codable {
  /// Column of the window's left edge (pixel i covers `[i - 0.5, i + 0.5]`).
  public var left: Double
  /// Row of the window's upper edge.
  public var top: Double
  /// Side in pixels, > 0.
  public var side: Double

  /// A square window.
  public init(left: Double, top: Double, side: Double) {
    self.left = left
    self.top = top
    self.side = side
  }
}
