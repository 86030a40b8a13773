/// A binary segmentation on the grid of the image to which it belongs.
///
/// The layout is that of `Image`: row-major, `pixels[y * width + x]`, true inside the object.
public struct Mask: Hashable, Sendable {
  /// The number of columns, > 0.
  public let width: Int
  /// The number of rows, > 0.
  public let height: Int
  /// The distance between pixel centres, in millimetres or, if unknown, in pixels.
  public var spacing: Spacing
  /// The `width * height` values, row-major.
  public var pixels: [Bool]

  /// Creates a mask from its pixels in row-major order.
  ///
  /// - Precondition: `pixels.count == width * height`, both > 0.
  public init(width: Int, height: Int, spacing: Spacing = .unknown, pixels: [Bool]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "a mask of \(width) x \(height) needs \(width * height) pixels, got \(pixels.count)")
    self.width = width
    self.height = height
    self.spacing = spacing
    self.pixels = pixels
  }

  /// Creates the super-level set `{image > threshold}`; the paper takes 0.5 (section 2).
  public init(thresholding image: Image, above threshold: Float = 0.5) {
    self.init(
      width: image.width, height: image.height, spacing: image.spacing,
      pixels: image.pixels.map { $0 > threshold })
  }

  /// The pixel at column `x`, row `y`.
  public subscript(x: Int, y: Int) -> Bool {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }

  /// The number of pixels inside.
  public var area: Int { pixels.reduce(0) { $0 + ($1 ? 1 : 0) } }
}
