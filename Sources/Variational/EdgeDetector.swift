import Imaging

/// The edge detector `g = 1 / (1 + iota |grad f_sigma|^2)` of (1), in `(0, 1]`.
///
/// - Parameters:
///   - image: f in `[0, 1]`.
///   - iota: steepness, >= 0; the paper gives none (MATH: section 3).
///   - sigma: standard deviation of the Gaussian before, in pixels.
public func edgeDetector(_ image: Image, iota: Double, sigma: Double) -> Image {
  var g = image
  g.pixels = image.smoothed(sigma: sigma).squaredGradient().map { Float(1 / (1 + iota * $0)) }
  return g
}
