/// A two-dimensional scalar image in display orientation.
///
/// Layout: row-major, `pixels[y * width + x]`, row `y` downwards, column `x` to the right; pixel
/// centres at whole numbers. The range is that of the source (HU, 0...255) until a window maps it
/// to `[0, 1]`.
public struct Image: Hashable, Sendable {
  /// Columns, > 0.
  public let width: Int
  /// Rows, > 0.
  public let height: Int
  /// Millimetres between pixel centres.
  public var spacing: Spacing
  /// `width * height` values, row-major.
  public var pixels: [Float]

  /// - Precondition: `pixels.count == width * height`, both > 0.
  public init(width: Int, height: Int, spacing: Spacing = .unit, pixels: [Float]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "an image of \(width) x \(height) needs \(width * height) pixels, got \(pixels.count)")
    self.width = width
    self.height = height
    self.spacing = spacing
    self.pixels = pixels
  }

  /// An image of one value.
  public init(width: Int, height: Int, spacing: Spacing = .unit, value: Float) {
    self.init(
      width: width, height: height, spacing: spacing,
      pixels: [Float](repeating: value, count: width * height))
  }

  /// The pixel at column `x`, row `y`.
  public subscript(x: Int, y: Int) -> Float {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }
}
