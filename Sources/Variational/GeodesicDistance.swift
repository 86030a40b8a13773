import Imaging

/// The constants of the eikonal equation's right-hand side
/// `epsilon + beta |grad f_sigma|^2 + vartheta D_E` (MATH: section 2).
public struct GeodesicParameters: Hashable, Sendable {
  /// The slope where the image is flat, > 0.
  public var epsilon = 1e-3
  /// The gradient's weight, for f in `[0, 1]`.
  public var beta = 1000.0
  /// Standard deviation of the Gaussian before the gradient, in pixels.
  public var sigma = 0.0
  /// Weight of the Euclidean distance to the markers, normalised to `[0, 1]`.
  public var vartheta = 0.0

  /// The authors' constants.
  public init() {}
}

/// The geodesic distance D_G from the markers, scaled to `[0, 1]` (Roberts, Chen and Irion 2019).
///
/// Solves `|grad D| = epsilon + beta |grad f_sigma|^2 + vartheta D_E`, `D = 0` on the markers, in
/// pixel units, by a spreading front; then divides by the largest value.
///
/// - Precondition: `markers` is not empty and on the image's grid.
public func geodesicDistance(
  _ image: Image, from markers: Mask, _ parameters: GeodesicParameters = GeodesicParameters()
) -> Image {
  var slope = image.smoothed(sigma: parameters.sigma).squaredGradient().map {
    parameters.epsilon + parameters.beta * $0
  }
  if parameters.vartheta > 0 {
    let euclidean = solveEikonal(slope: slope.map { _ in 1 }, from: markers)
    let farthest = max(euclidean.max() ?? 0, .leastNormalMagnitude)
    for i in slope.indices { slope[i] += parameters.vartheta * euclidean[i] / farthest }
  }
  let distance = solveEikonal(slope: slope, from: markers)
  let farthest = max(distance.max() ?? 0, .leastNormalMagnitude)
  var result = image
  result.pixels = distance.map { Float($0 / farthest) }
  return result
}
