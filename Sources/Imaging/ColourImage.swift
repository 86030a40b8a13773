/// An 8-bit colour picture, for figures.
///
/// Layout: row-major, interleaved, `pixels[3 * (y * width + x) + channel]`, channels red, green,
/// blue in `0...255`.
public struct ColourImage: Hashable, Sendable {
  /// Columns, > 0.
  public let width: Int
  /// Rows, > 0.
  public let height: Int
  /// `3 * width * height` samples.
  public var pixels: [UInt8]

  /// A picture of one grey value.
  public init(width: Int, height: Int, grey: UInt8 = 0) {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height) has no pixel")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: grey, count: 3 * width * height)
  }

  /// The colour at column `x`, row `y`: red, green, blue.
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
