import Foundation

/// A square picture in the making, painted shape over shape; it covers `[-1, 1] x [-1, 1]`.
struct Canvas {
  /// Side of the scanned field in millimetres: that of a thorax scan.
  static let fieldOfView = 380.0

  private(set) var image: Image
  private let pixel: Double

  init(size: Int) {
    let side = Canvas.fieldOfView / Double(size)
    image = Image(width: size, height: size, spacing: Spacing(x: side, y: side), value: 0)
    pixel = 2 / Double(size)
  }

  /// The plane's point at the centre of column `x`, row `y`.
  private func point(_ x: Int, _ y: Int) -> Point {
    Point(x: (Double(x) + 0.5) * pixel - 1, y: (Double(y) + 0.5) * pixel - 1)
  }

  /// The pixels that a shape may touch, along one axis.
  private func span(_ centre: Double, _ reach: Double) -> Range<Int> {
    let count = image.width
    let first = Int(((centre - reach + 1) / pixel).rounded(.down)) - 1
    let last = Int(((centre + reach + 1) / pixel).rounded(.up)) + 1
    return max(0, min(count, first))..<max(0, min(count, last))
  }

  /// Paints `value` over the shape; `softness` widens its border from one pixel.
  mutating func paint(_ shape: Shape, _ value: Double, softness: Double = 0) {
    paint(shape, softness: softness) { _ in value }
  }

  /// Paints a value that depends on the place.
  mutating func paint(_ shape: Shape, softness: Double = 0, value: (Point) -> Double) {
    let border = pixel + softness
    for y in span(shape.centre.y, shape.reach + border) {
      for x in span(shape.centre.x, shape.reach + border) {
        let place = point(x, y)
        // A border as wide as a pixel: the share of the pixel that lies inside.
        let share = max(0, min(1, 0.5 - shape.distance(place) / border))
        if share > 0 {
          image[x, y] += Float(share * (value(place) - Double(image[x, y])))
        }
      }
    }
  }

  /// The pixels whose centres lie inside the shape.
  func mask(of shape: Shape) -> Mask {
    let pixels = (0..<image.height).flatMap { y in
      (0..<image.width).map { x in shape.contains(point(x, y)) }
    }
    return Mask(
      width: image.width, height: image.height, spacing: image.spacing, pixels: pixels)
  }

  /// The picture as a scanner sees it: blurred by about a pixel, with Gaussian noise of standard
  /// deviation `noise`, clipped to `[0, 1]`.
  func scanned(noise: Double, using generator: inout SplitMix64) -> Image {
    let count = image.width
    // A triangle three pixels wide in each direction.
    let taps = (0..<count).map { centre in
      Footprint(
        first: max(0, min(count - 3, centre - 1)),
        weights: centre == 0
          ? [0.75, 0.25, 0] : centre == count - 1 ? [0, 0.25, 0.75] : [0.25, 0.5, 0.25])
    }
    var scan = image.gathered(columns: taps, rows: taps, spacing: image.spacing)
    for index in scan.pixels.indices {
      let value = Double(scan.pixels[index]) + noise * generator.normal()
      scan.pixels[index] = Float(max(0, min(1, value)))
    }
    return scan
  }
}
