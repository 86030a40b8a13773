/// A binary segmentation, on the grid of the image that it belongs to.
///
/// Layout as `Image`: row-major, `pixels[y * width + x]`, true inside the object.
public struct Mask: Hashable, Sendable {
  /// Columns, > 0.
  public let width: Int
  /// Rows, > 0.
  public let height: Int
  /// Millimetres between pixel centres.
  public var spacing: Spacing
  /// `width * height` values, row-major.
  public var pixels: [Bool]

  /// - Precondition: `pixels.count == width * height`, both > 0.
  public init(width: Int, height: Int, spacing: Spacing = .unit, pixels: [Bool]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "a mask of \(width) x \(height) needs \(width * height) pixels, got \(pixels.count)")
    self.width = width
    self.height = height
    self.spacing = spacing
    self.pixels = pixels
  }

  /// The super-level set `{image > threshold}`; the paper takes 0.5 (section 2).
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
