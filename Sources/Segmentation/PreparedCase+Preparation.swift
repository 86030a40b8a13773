import Experiments
import Foundation
import Imaging
import Variational

extension PreparedCase {
  /// Prepares a case: decode, window, cut the region of interest, normalise, and compute the fields
  /// of the energy (MATH: sections 1 to 3).
  ///
  /// - Parameter name: what to call the case in an error.
  /// - Throws: `SegmentationError` of code `input`.
  public init(
    image imageFile: Data, markers markerFile: Data, name: String, preparation: Preparation,
    energy: EnergyParameters
  ) throws {
    let (source, clicks): (Image, MarkerSet)
    do {
      source = try Image(decoding: imageFile, name: "the image of \(name)")
      clicks = try MarkerSet(decoding: markerFile, name: "the markers of \(name)")
      try clicks.validate(
        width: source.width, height: source.height, name: "the markers of \(name)")
    } catch {
      throw SegmentationError(.input, "case \(name) cannot be used", cause: error)
    }
    let region =
      preparation.regionOfInterest.map { RegionOfInterest(around: clicks, factor: $0) }
      ?? RegionOfInterest(wholeOf: source.width, height: source.height)
    let size = preparation.size
    let image = region.extract(source.windowed(preparation.window), size: size).normalised()
    let markers = Mask(polygon: region.extract(clicks, size: size), width: size, height: size)
    // Rounding may put clicks on a region's edge outside of it.
    guard markers.area > 0 else {
      throw SegmentationError(
        .input,
        "the markers of \(name) hold no pixel of the computing grid; give points farther inside")
    }
    let distance = geodesicDistance(image, from: markers, energy.geodesic)
    self.init(
      image: image, markers: markers, distance: distance,
      dataTerm: energy.dataTerm(image, markers, distance),
      edge: edgeDetector(image, iota: energy.iota, sigma: energy.edgeSigma), region: region,
      originalWidth: source.width, originalHeight: source.height, originalSpacing: source.spacing)
  }

  /// The segmentation `{u > 1/2}` on the original image's grid; u is interpolated first, so that the
  /// contour is as fine as that grid.
  public func mask(from u: Image) -> Mask {
    Mask(
      thresholding: region.restore(
        u, width: originalWidth, height: originalHeight, spacing: originalSpacing))
  }
}

extension Image {
  fileprivate func windowed(_ window: IntensityWindow) -> Image {
    switch window {
    case .minmax: normalised()
    case .range(let low, let high): windowed(low: low, high: high)
    }
  }
}

extension EnergyParameters {
  fileprivate var geodesic: GeodesicParameters {
    var parameters = GeodesicParameters()
    parameters.epsilon = epsilon
    parameters.beta = beta
    parameters.sigma = distanceSigma
    parameters.vartheta = vartheta
    return parameters
  }

  /// `r = lambda Phi + theta D_G`, the data term of (1).
  fileprivate func dataTerm(_ image: Image, _ markers: Mask, _ distance: Image) -> Image {
    let c1 = meanInside(image, markers)
    let phi = fittingTerm(image, mean: c1, window: window(image, markers, mean: c1))
    var r = phi
    r.pixels = zip(phi.pixels, distance.pixels).map {
      Float(lambda * Double($0) + theta * Double($1))
    }
    return r
  }

  private func window(_ image: Image, _ markers: Mask, mean c1: Double) -> FittingWindow {
    switch gammas {
    case .otsu(let classes):
      FittingWindow(otsu: classes, of: image, mean: c1, smallest: smallestGamma)
    case .spread(let factor):
      FittingWindow(spread: factor, of: image, inside: markers, smallest: smallestGamma)
    case .fixed(let gamma1, let gamma2):
      FittingWindow(gamma1: gamma1, gamma2: gamma2)
    }
  }
}
