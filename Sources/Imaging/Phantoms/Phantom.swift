import Errors

/// An artificial scan with its ground truth and markers, for tests and for trying Dipper without
/// data.
public struct Phantom: Hashable, Sendable {
  /// The scan, with values in `[0, 1]`.
  public let image: Image
  /// The mask of the object that was painted.
  public let groundTruth: Mask
  /// Simulated markers inside the object.
  public let markers: MarkerSet

  /// The smallest side in pixels; every painted object still covers several pixels.
  public static let minimumSize = 32

  /// Checks the arguments of a phantom.
  ///
  /// - Throws: `DipperError` of code `imageUnsupported` if `size` or `noise` is out of range.
  static func check(size: Int, noise: Double) throws {
    guard (minimumSize...4096).contains(size) else {
      throw DipperError(
        .imageUnsupported,
        "a phantom of \(size) x \(size) pixels cannot be painted; take \(minimumSize) to 4096")
    }
    guard noise.isFinite && noise >= 0 else {
      throw DipperError(
        .imageUnsupported,
        "a phantom's noise is a standard deviation >= 0, but was given as \(noise)")
    }
  }

  /// Scans the canvas and simulates markers inside `object`.
  init(
    _ canvas: Canvas, object: ImplicitShape, noise: Double, using generator: inout SplitMix64
  ) throws {
    groundTruth = canvas.mask(of: object)
    markers = try MarkerSet.simulated(inside: groundTruth, seed: generator.next())
    image = canvas.scanned(noise: noise, using: &generator)
  }
}
