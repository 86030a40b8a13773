import Imaging

/// One case on the computing grid: all that a method may see of it. Ground truth is not here.
///
/// Every image is `size x size`, row-major.
public struct PreparedCase: Hashable, Sendable {
  /// The image f in `[0, 1]`.
  public var image: Image
  /// The marker polygon's interior M.
  public var markers: Mask
  /// The geodesic distance D_G in `[0, 1]`.
  public var distance: Image
  /// The data term `r = lambda Phi + theta D_G` of (1).
  public var dataTerm: Image
  /// The edge detector g in `(0, 1]`.
  public var edge: Image
  /// Where the grid lies in the original image.
  public var region: RegionOfInterest
  /// The original image's grid, for the way back.
  public var originalWidth: Int
  /// Rows of the original image.
  public var originalHeight: Int
  /// Spacing of the original image.
  public var originalSpacing: Spacing

  /// A case of given fields, all on one grid.
  package init(
    image: Image, markers: Mask, distance: Image, dataTerm: Image, edge: Image,
    region: RegionOfInterest, originalWidth: Int, originalHeight: Int, originalSpacing: Spacing
  ) {
    (self.image, self.markers, self.distance) = (image, markers, distance)
    (self.dataTerm, self.edge, self.region) = (dataTerm, edge, region)
    (self.originalWidth, self.originalHeight) = (originalWidth, originalHeight)
    self.originalSpacing = originalSpacing
  }
}
