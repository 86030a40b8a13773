/// The data term `lambda INT Phi u + theta INT D_G u` of the paper's energy (1).
public struct EnergyParameters: Hashable, Sendable, Codable {
  /// The weight of the fitting term Phi.
  public var lambda: Double = 1
  /// The weight of the geodesic distance D_G.
  public var theta: Double = 3
  /// The window of the fitting term.
  public var gammas: GammaRule = .otsu(classes: 3, smallest: 0.05)
  /// The standard deviation in pixels of the Gaussian that smooths the image before the geodesic
  /// distance; 0 does not smooth.
  public var distanceSigma: Double = 0
  /// The weight of the Euclidean distance in the eikonal equation's right-hand side; 0 omits it.
  public var vartheta: Double = 0
  /// The constant in the eikonal equation's right-hand side `epsilon + beta |grad f|^2`.
  public var epsilon: Double = 1e-3
  /// The gradient's weight in the eikonal equation's right-hand side.
  public var beta: Double = 1000

  /// Creates the default parameters.
  public init() {}
}

/// The rule that chooses the half-widths gamma1 and gamma2 of the fitting term's window.
public enum GammaRule: Hashable, Sendable, Codable {
  /// The half-widths follow from the thresholds of a multi-class Otsu split of the prepared image;
  /// each is at least `smallest`.
  case otsu(classes: Int, smallest: Double)
  /// Both half-widths are `factor` times the standard deviation inside the marker polygon, but at
  /// least `smallest`.
  case spread(factor: Double, smallest: Double)
  /// Both half-widths are given.
  case fixed(gamma1: Double, gamma2: Double)
}
