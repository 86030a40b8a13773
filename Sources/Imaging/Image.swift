/// A two-dimensional scalar image in display orientation.
///
/// The pixels are row-major, `pixels[y * width + x]`, with rows `y` downwards and columns `x` to the
/// right; pixel centres lie at integer coordinates. The values are those of the source (Hounsfield
/// units, `0...255`) until an intensity window maps them to `[0, 1]`.
public struct Image: Hashable, Sendable {
  /// The number of columns, > 0.
  public let width: Int
  /// The number of rows, > 0.
  public let height: Int
  /// The distance between pixel centres, in millimetres or, if unknown, in pixels.
  public var spacing: Spacing
  /// The `width * height` values, row-major.
  public var pixels: [Float]

  /// Creates an image from its pixels in row-major order.
  ///
  /// - Precondition: `pixels.count == width * height`, both > 0.
  public init(width: Int, height: Int, spacing: Spacing = .unknown, pixels: [Float]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "an image of \(width) x \(height) needs \(width * height) pixels, got \(pixels.count)")
    self.width = width
    self.height = height
    self.spacing = spacing
    self.pixels = pixels
  }

  /// Creates an image of one value.
  public init(width: Int, height: Int, spacing: Spacing = .unknown, value: Float) {
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
