import Imaging

/// The constants of the eikonal equation's right-hand side, equation (16).
public struct GeodesicParameters: Hashable, Sendable {
  /// Slope where the image is flat, > 0.
  public var epsilon = 1e-3
  /// Weight of the squared gradient of f, for f in `[0, 1]`.
  public var beta = 1000.0
  /// Standard deviation, in pixels, of the Gaussian that smooths f before its gradient is taken.
  public var sigma = 0.0
  /// Weight of the Euclidean distance to the markers, normalised to `[0, 1]`.
  public var vartheta = 0.0

  /// Makes the constants of the paper's first author's published code.
  public init() {}
}

/// Returns the geodesic distance D_G from the markers, scaled to `[0, 1]` (Roberts, Chen and Irion
/// 2019).
///
/// Solves the eikonal equation (16) in pixel units and divides by the largest value, equation (17).
///
/// - Precondition: `markers` is not empty and lies on the image's grid.
public func geodesicDistance(
  _ image: Image, from markers: Mask, parameters: GeodesicParameters = GeodesicParameters()
) -> Image {
  // equation (16)
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
  result.pixels = distance.map { Float($0 / farthest) }  // equation (17)
  return result
}
