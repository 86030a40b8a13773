/// An artificial scan whose truth is known: for tests, and to try Dipper without any data.
public struct Phantom: Hashable, Sendable {
  /// The scan, in `[0, 1]`.
  public let image: Image
  /// The object that was painted.
  public let truth: Mask
  /// Clicks inside the object.
  public let markers: MarkerSet

  /// The smallest side on which every painted object still covers several pixels.
  public static let smallestSize = 32

  /// - Throws: `ImagingError` of code `unsupported` where `size` or `noise` make no picture.
  static func check(size: Int, noise: Double) throws {
    guard (smallestSize...4096).contains(size) else {
      throw ImagingError(
        .unsupported,
        "a phantom of \(size) x \(size) pixels cannot be painted; take \(smallestSize) to 4096")
    }
    guard noise.isFinite && noise >= 0 else {
      throw ImagingError(
        .unsupported, "a phantom's noise is a standard deviation >= 0, but was given as \(noise)")
    }
  }

  /// Scans the canvas and clicks inside `object`.
  init(_ canvas: Canvas, object: Shape, noise: Double, using generator: inout SplitMix64) throws {
    truth = canvas.mask(of: object)
    markers = try MarkerSet.simulated(inside: truth, seed: generator.next())
    image = canvas.scanned(noise: noise, using: &generator)
  }
}
