/// A square window of an image, in pixels of that image; it may extend beyond the border.
///
/// Pixel centres lie at integer coordinates, so pixel i covers `[i - 0.5, i + 0.5)`.
public struct RegionOfInterest: Hashable, Sendable, Codable {
  /// The column coordinate of the window's left edge.
  public var left: Double
  /// The row coordinate of the window's upper edge.
  public var top: Double
  /// The length of the window's side in pixels, > 0.
  public var side: Double

  /// Creates a square window from its upper left corner and its side, in pixels.
  public init(left: Double, top: Double, side: Double) {
    self.left = left
    self.top = top
    self.side = side
  }

  /// Creates the square around the centre of the markers' bounding box whose side is `factor` times
  /// the box's longer side.
  ///
  /// - Precondition: `markers` has at least one point; `factor` > 0.
  public init(around markers: MarkerSet, factor: Double) {
    precondition(!markers.points.isEmpty && factor > 0, "a region needs markers and a factor > 0")
    let xs = markers.points.map(\.x)
    let ys = markers.points.map(\.y)
    let low = Point(x: xs.min()!, y: ys.min()!)
    let high = Point(x: xs.max()!, y: ys.max()!)
    // A marker covers its pixel, so the extent of one point is one pixel.
    let extent = max(high.x - low.x, high.y - low.y) + 1
    side = factor * extent
    left = (low.x + high.x) / 2 - side / 2
    top = (low.y + high.y) / 2 - side / 2
  }

  /// Creates the centred square around an image of `width` x `height` pixels, as large as the
  /// image's longer side.
  public init(wholeOf width: Int, height: Int) {
    side = Double(max(width, height))
    left = (Double(width) - side) / 2 - 0.5
    top = (Double(height) - side) / 2 - 0.5
  }

  /// Resamples the window of an image onto a grid of `size` x `size` pixels; edge pixels repeat
  /// beyond the border.
  public func extract(_ image: Image, size: Int) -> Image {
    let scale = side / Double(size)
    return image.filtered(
      columns: triangleFilter(count: size, start: left, length: side, sourceCount: image.width),
      rows: triangleFilter(count: size, start: top, length: side, sourceCount: image.height),
      spacing: image.spacing.scaled(x: scale, y: scale))
  }

  /// Transforms markers to the coordinates of the window's grid of `size` x `size` pixels.
  public func extract(_ markers: MarkerSet, size: Int) -> MarkerSet {
    let scale = Double(size) / side
    return MarkerSet(
      points: markers.points.map {
        Point(x: ($0.x - left) * scale - 0.5, y: ($0.y - top) * scale - 0.5)
      })
  }

  /// Resamples `window`, an image on a square grid over this region, onto the original grid of
  /// `width` x `height` pixels; the result is 0 outside the region.
  ///
  /// - Precondition: `window` is square.
  public func restore(_ window: Image, width: Int, height: Int, spacing: Spacing) -> Image {
    precondition(window.width == window.height, "a region's grid is square")
    let scale = Double(window.width) / side
    func axis(_ count: Int, from edge: Double) -> [FilterTaps] {
      triangleFilter(
        count: count, start: (-0.5 - edge) * scale - 0.5, length: Double(count) * scale,
        sourceCount: window.width)
    }
    var restored = window.filtered(
      columns: axis(width, from: left), rows: axis(height, from: top), spacing: spacing)
    for y in 0..<height {
      let isRow = (top...top + side).contains(Double(y))
      for x in 0..<width where !isRow || !(left...left + side).contains(Double(x)) {
        restored[x, y] = 0
      }
    }
    return restored
  }
}
