import Imaging

/// The half-widths of the fitting term's window below and above c1, both > 0.
public struct FittingWindow: Hashable, Sendable {
  /// Below c1.
  public var gamma1: Double
  /// Above c1.
  public var gamma2: Double

  /// Given half-widths, > 0.
  public init(gamma1: Double, gamma2: Double) {
    self.gamma1 = gamma1
    self.gamma2 = gamma2
  }

  /// The distances from c1 to the nearest Otsu thresholds below and above (0 and 1 are thresholds
  /// too), none below `smallest` (Roberts and Spencer's own code; MATH: section 1).
  public init(otsu classes: Int, of image: Image, mean c1: Double, smallest: Double) {
    let thresholds = [0] + otsuThresholds(image, classes: classes) + [1]
    let below = thresholds.filter { $0 < c1 }.max() ?? 0
    let above = thresholds.filter { $0 > c1 }.min() ?? 1
    self.init(gamma1: max(c1 - below, smallest), gamma2: max(above - c1, smallest))
  }

  /// `factor` times the standard deviation of the image inside the markers, on both sides, not
  /// below `smallest` (MATH: section 11).
  public init(
    spread factor: Double, of image: Image, inside markers: Mask, smallest: Double
  ) {
    let inside = zip(image.pixels, markers.pixels).filter(\.1).map { Double($0.0) }
    let mean = inside.reduce(0, +) / Double(max(1, inside.count))
    let variance =
      inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, inside.count))
    let gamma = max(factor * variance.squareRoot(), smallest)
    self.init(gamma1: gamma, gamma2: gamma)
  }
}

/// c1 of (1): the mean of the image inside the marker polygon, fixed.
///
/// - Precondition: the masks' grid is the image's and it is not empty.
public func meanInside(_ image: Image, _ markers: Mask) -> Double {
  precondition(image.pixels.count == markers.pixels.count && markers.area > 0)
  let sum = zip(image.pixels, markers.pixels).reduce(0.0) { $0 + ($1.1 ? Double($1.0) : 0) }
  return sum / Double(markers.area)
}

/// The reformulated Chan-Vese term Phi of Roberts and Spencer 2019, in `[-1, 1]` for f in `[0, 1]`.
///
/// `Phi = f1 - f2`, `f1 = (f - c1)^2`, and f2 the hat of height 1 at c1 that falls to 0 at
/// `c1 - gamma1` and `c1 + gamma2` (MATH: section 1).
public func fittingTerm(_ image: Image, mean c1: Double, window: FittingWindow) -> Image {
  var phi = image
  phi.pixels = image.pixels.map { value in
    let difference = Double(value) - c1
    let halfWidth = difference <= 0 ? window.gamma1 : window.gamma2
    let hat = max(0, 1 - abs(difference) / halfWidth)
    return Float(difference * difference - hat)
  }
  return phi
}
