import Foundation

/// A square image that is painted shape over shape; it shows the square `[-1, 1] x [-1, 1]`.
struct Canvas {
  /// The side of the scanned field in millimetres, that of a thorax scan.
  static let fieldOfView = 380.0

  private(set) var image: Image
  private let pixelSide: Double

  init(size: Int) {
    let spacing = Canvas.fieldOfView / Double(size)
    image = Image(width: size, height: size, spacing: Spacing(x: spacing, y: spacing), value: 0)
    pixelSide = 2 / Double(size)
  }

  /// Returns the point of the plane at the centre of column `x`, row `y`.
  private func point(x: Int, y: Int) -> Point {
    Point(x: (Double(x) + 0.5) * pixelSide - 1, y: (Double(y) + 0.5) * pixelSide - 1)
  }

  /// Returns the indices of the pixels within `radius` of a coordinate, along one axis.
  private func indices(around centre: Double, radius: Double) -> Range<Int> {
    let count = image.width
    let first = Int(((centre - radius + 1) / pixelSide).rounded(.down)) - 1
    let last = Int(((centre + radius + 1) / pixelSide).rounded(.up)) + 1
    return max(0, min(count, first))..<max(0, min(count, last))
  }

  /// Paints `value` over the shape; the border is one pixel plus `softness` wide.
  mutating func paint(_ shape: ImplicitShape, value: Double, softness: Double = 0) {
    paint(shape, softness: softness) { _ in value }
  }

  /// Paints a value that depends on the point over the shape.
  mutating func paint(
    _ shape: ImplicitShape, softness: Double = 0, valueAt: (Point) -> Double
  ) {
    let border = pixelSide + softness
    let radius = shape.boundingRadius + border
    for y in indices(around: shape.centre.y, radius: radius) {
      for x in indices(around: shape.centre.x, radius: radius) {
        let position = point(x: x, y: y)
        // On a border as wide as a pixel this is the share of the pixel that lies inside.
        let share = max(0, min(1, 0.5 - shape.distance(position) / border))
        if share > 0 {
          image[x, y] += Float(share * (valueAt(position) - Double(image[x, y])))
        }
      }
    }
  }

  /// Returns the mask of the pixels whose centres lie inside the shape.
  func mask(of shape: ImplicitShape) -> Mask {
    let pixels = (0..<image.height).flatMap { y in
      (0..<image.width).map { x in shape.contains(point(x: x, y: y)) }
    }
    return Mask(
      width: image.width, height: image.height, spacing: image.spacing, pixels: pixels)
  }

  /// Returns the image as a scanner sees it: blurred by about a pixel, with Gaussian noise of
  /// standard deviation `noise`, clipped to `[0, 1]`.
  func scanned(noise: Double, using generator: inout SplitMix64) -> Image {
    let count = image.width
    // The blur is a triangle of three pixels in each direction.
    let taps = (0..<count).map { centre in
      FilterTaps(
        first: max(0, min(count - 3, centre - 1)),
        weights: centre == 0
          ? [0.75, 0.25, 0] : centre == count - 1 ? [0, 0.25, 0.75] : [0.25, 0.5, 0.25])
    }
    var scan = image.filtered(columns: taps, rows: taps, spacing: image.spacing)
    for index in scan.pixels.indices {
      let value = Double(scan.pixels[index]) + noise * generator.normal()
      scan.pixels[index] = Float(max(0, min(1, value)))
    }
    return scan
  }
}
