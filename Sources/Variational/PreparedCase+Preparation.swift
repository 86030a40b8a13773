import Errors
import Foundation
import Imaging
import Jobs

extension PreparedCase {
  /// Prepares a case from its files: decodes them, applies the intensity window, cuts out the
  /// region of interest, normalises, and computes the fields of the energy.
  ///
  /// - Parameters:
  ///   - imageFile: bytes of a PNG or NIfTI file.
  ///   - markerFile: bytes of a marker file.
  ///   - name: name of the case in error messages.
  ///   - preparation: intensity window, region of interest and side of the computing grid.
  ///   - energy: weights and constants of the energy's fields.
  ///   - variation: regulariser from which the edge detector is computed, or nil for g = 1.
  /// - Throws: `DipperError` of code `caseUnusable` if a file cannot be decoded, the markers do not
  ///   fit the image, or they cover no pixel of the computing grid.
  public init(
    image imageFile: Data, markers markerFile: Data, name: String, preparation: Preparation,
    energy: EnergyParameters, variation: EdgeWeightedVariation? = nil
  ) throws(DipperError) {
    let decoded: Image
    do { decoded = try Image(decoding: imageFile, name: "the image of \(name)") } catch {
      throw DipperError(.caseUnusable, "case \(name) cannot be used", cause: error)
    }
    try self.init(
      image: decoded, markers: markerFile, name: name, preparation: preparation, energy: energy,
      variation: variation)
  }

  /// Prepares a case from its image, which is in no file that a worker reads.
  ///
  /// - Parameters:
  ///   - source: image with the intensities of its file.
  ///   - markerFile: bytes of a marker file.
  ///   - name: name of the case in error messages.
  ///   - preparation: intensity window, region of interest and side of the computing grid.
  ///   - energy: weights and constants of the energy's fields.
  ///   - variation: regulariser from which the edge detector is computed, or nil for g = 1.
  /// - Throws: `DipperError` of code `caseUnusable` if the markers cannot be decoded, do not fit the
  ///   image, or cover no pixel of the computing grid.
  public init(
    image source: Image, markers markerFile: Data, name: String, preparation: Preparation,
    energy: EnergyParameters, variation: EdgeWeightedVariation? = nil
  ) throws(DipperError) {
    let decoded = try MarkedImage(image: source, markers: markerFile, name: name)
    let size = preparation.size
    let region = decoded.region(preparation)
    // equation (8)
    let image = region.extract(source.windowed(preparation.window), size: size).normalised()
    let markers = Mask(
      polygon: region.extract(decoded.markers, size: size), width: size, height: size)
    // Rounding can push markers on the region's border out of it.
    guard markers.area > 0 else {
      throw DipperError(
        .caseUnusable,
        "the markers of \(name) cover no pixel of the computing grid; place the points farther "
          + "inside the object")
    }
    let distance = geodesicDistance(image, from: markers, parameters: energy.geodesic)
    self.init(
      image: image, markers: markers, distance: distance,
      dataTerm: energy.dataTerm(image, markers: markers, distance: distance),
      edge: variation.map { edgeDetector(image, iota: $0.iota, sigma: $0.sigma) }
        ?? Image(width: size, height: size, pixels: [Float](repeating: 1, count: size * size)),
      region: region,
      originalWidth: source.width, originalHeight: source.height, originalSpacing: source.spacing)
  }
}

/// An image and its markers, checked against each other.
private struct MarkedImage {
  let image: Image
  let markers: MarkerSet

  init(image: Image, markers markerFile: Data, name: String) throws(DipperError) {
    self.image = image
    do {
      markers = try MarkerSet(decoding: markerFile, name: "the markers of \(name)")
      try markers.validate(
        width: image.width, height: image.height, name: "the markers of \(name)")
    } catch {
      throw DipperError(.caseUnusable, "case \(name) cannot be used", cause: error)
    }
  }

  /// Returns the square round the markers, or round the whole image if no factor is given.
  func region(_ preparation: Preparation) -> RegionOfInterest {
    preparation.regionOfInterest.map { RegionOfInterest(around: markers, factor: $0) }
      ?? RegionOfInterest(wholeOf: image.width, height: image.height)
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
