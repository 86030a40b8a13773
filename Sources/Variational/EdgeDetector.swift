import Imaging

/// Returns the edge detector g of an image, in `(0, 1]`: 1 where the image is flat, near 0 on
/// edges.
///
/// - Parameters:
///   - image: f in `[0, 1]`.
///   - iota: steepness, >= 0. The paper gives no value.
///   - sigma: standard deviation, in pixels, of the Gaussian that smooths f before its gradient is
///     taken.
public func edgeDetector(_ image: Image, iota: Double, sigma: Double) -> Image {
  var g = image
  g.pixels = image.smoothed(sigma: sigma).squaredGradient().map {
    Float(1 / (1 + iota * $0))  // equation (19)
  }
  return g
}
