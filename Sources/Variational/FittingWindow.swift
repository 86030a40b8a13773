import Imaging

/// The half-widths of the fitting term's intensity window below and above c1, both > 0.
public struct FittingWindow: Hashable, Sendable {
  /// Half-width below c1, in units of intensity.
  public var gamma1: Double
  /// Half-width above c1, in units of intensity.
  public var gamma2: Double

  /// Makes a window of given half-widths, both > 0.
  public init(gamma1: Double, gamma2: Double) {
    self.gamma1 = gamma1
    self.gamma2 = gamma2
  }

  /// Makes a window that reaches from c1 to the nearest Otsu thresholds below and above.
  ///
  /// 0 and 1 count as thresholds too. This is the rule of Roberts and Spencer's published code.
  ///
  /// - Parameters:
  ///   - classes: number of Otsu classes.
  ///   - image: f in `[0, 1]`.
  ///   - c1: mean of f inside the marker polygon.
  ///   - smallest: lower bound of both half-widths.
  public init(otsu classes: Int, of image: Image, mean c1: Double, smallest: Double) {
    let thresholds = [0] + otsuThresholds(image, classes: classes) + [1]
    let below = thresholds.filter { $0 < c1 }.max() ?? 0
    let above = thresholds.filter { $0 > c1 }.min() ?? 1
    // equation (11)
    self.init(gamma1: max(c1 - below, smallest), gamma2: max(above - c1, smallest))
  }

  /// Makes a symmetric window from the spread of intensities inside the markers.
  ///
  /// - Parameters:
  ///   - factor: half-width as a multiple of the standard deviation inside the markers.
  ///   - image: f in `[0, 1]`.
  ///   - markers: marker mask on the image's grid.
  ///   - smallest: lower bound of the half-width.
  public init(
    spread factor: Double, of image: Image, inside markers: Mask, smallest: Double
  ) {
    let inside = zip(image.pixels, markers.pixels).filter(\.1).map { Double($0.0) }
    let mean = inside.reduce(0, +) / Double(max(1, inside.count))
    let variance =
      inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, inside.count))
    let gamma = max(factor * variance.squareRoot(), smallest)  // equation (12)
    self.init(gamma1: gamma, gamma2: gamma)
  }
}
