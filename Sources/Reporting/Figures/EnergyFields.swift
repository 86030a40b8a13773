import Imaging
import Variational

/// The fields of the energy of one case on the computing grid, for figures.
public struct EnergyFields: Hashable, Sendable {
  /// The location of the grid in the image.
  public let region: RegionOfInterest
  /// The geodesic distance D_G in `[0, 1]`.
  public let distance: Image
  /// The data term `r = lambda Phi + theta D_G` of equation (1).
  public let dataTerm: Image

  /// Creates fields on one square grid over `region`.
  ///
  /// - Precondition: both fields have the same square grid.
  public init(region: RegionOfInterest, distance: Image, dataTerm: Image) {
    for field in [distance, dataTerm] {
      precondition(
        field.width == distance.width && field.height == distance.width,
        "the fields share a square grid")
    }
    self.region = region
    self.distance = distance
    self.dataTerm = dataTerm
  }

  /// Takes the fields of a prepared case.
  public init(_ prepared: PreparedCase) {
    self.init(
      region: prepared.region, distance: prepared.distance, dataTerm: prepared.dataTerm)
  }
}
