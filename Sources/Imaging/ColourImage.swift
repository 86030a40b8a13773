/// A two-dimensional RGB image with 8 bits per channel, for figures.
///
/// The samples are row-major and interleaved, `pixels[3 * (y * width + x) + channel]`, with the
/// channels red, green and blue in `0...255`.
public struct ColourImage: Hashable, Sendable {
  /// The number of columns, > 0.
  public let width: Int
  /// The number of rows, > 0.
  public let height: Int
  /// The `3 * width * height` samples.
  public var pixels: [UInt8]

  /// Creates an image of one grey value.
  ///
  /// - Precondition: `width` and `height` are > 0.
  public init(width: Int, height: Int, grey: UInt8 = 0) {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height) has no pixel")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: grey, count: 3 * width * height)
  }

  /// The colour at column `x`, row `y`.
  public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    get {
      let start = 3 * (y * width + x)
      return (pixels[start], pixels[start + 1], pixels[start + 2])
    }
    set {
      let start = 3 * (y * width + x)
      pixels[start] = newValue.red
      pixels[start + 1] = newValue.green
      pixels[start + 2] = newValue.blue
    }
  }
}
