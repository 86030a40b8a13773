import Imaging
import Jobs

extension EnergyParameters {
  /// The constants of the eikonal equation.
  var geodesic: GeodesicParameters {
    var parameters = GeodesicParameters()
    parameters.epsilon = epsilon
    parameters.beta = beta
    parameters.sigma = distanceSigma
    parameters.vartheta = vartheta
    return parameters
  }

  /// Returns the data term `r = lambda Phi + theta D_G` of an image, equation (5).
  ///
  /// - Parameters:
  ///   - image: f in `[0, 1]`.
  ///   - markers: marker mask on the image's grid, not empty.
  ///   - distance: geodesic distance D_G in `[0, 1]` on the image's grid.
  func dataTerm(_ image: Image, markers: Mask, distance: Image) -> Image {
    let c1 = meanIntensity(of: image, inside: markers)
    let phi = fittingTerm(image, mean: c1, window: window(image, markers: markers, mean: c1))
    var r = phi
    r.pixels = zip(phi.pixels, distance.pixels).map {
      Float(lambda * Double($0) + theta * Double($1))  // equation (5)
    }
    return r
  }

  private func window(_ image: Image, markers: Mask, mean c1: Double) -> FittingWindow {
    switch gammas {
    case .otsu(let classes, let smallest):
      FittingWindow(otsu: classes, of: image, mean: c1, smallest: smallest)
    case .spread(let factor, let smallest):
      FittingWindow(spread: factor, of: image, inside: markers, smallest: smallest)
    case .fixed(let gamma1, let gamma2):
      FittingWindow(gamma1: gamma1, gamma2: gamma2)
    }
  }
}
