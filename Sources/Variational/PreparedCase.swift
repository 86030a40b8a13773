import Imaging

/// A case on the computing grid: everything of it that a method may see, which excludes the ground
/// truth.
///
/// Every image and mask is of `size x size` pixels, row-major.
public struct PreparedCase: Hashable, Sendable {
  /// Image f in `[0, 1]`.
  public var image: Image
  /// Marker mask M: the interior of the marker polygon.
  public var markers: Mask
  /// Geodesic distance D_G from the marker mask, in `[0, 1]`.
  public var distance: Image
  /// Data term `r = lambda Phi + theta D_G`, equation (5).
  public var dataTerm: Image
  /// Edge detector g in `(0, 1]`.
  public var edge: Image
  /// Square of the original image that the computing grid covers.
  public var region: RegionOfInterest
  /// Number of columns of the original image.
  public var originalWidth: Int
  /// Number of rows of the original image.
  public var originalHeight: Int
  /// Pixel spacing of the original image.
  public var originalSpacing: Spacing

  /// Makes a case of given fields, all on one grid.
  package init(
    image: Image, markers: Mask, distance: Image, dataTerm: Image, edge: Image,
    region: RegionOfInterest, originalWidth: Int, originalHeight: Int, originalSpacing: Spacing
  ) {
    self.image = image
    self.markers = markers
    self.distance = distance
    self.dataTerm = dataTerm
    self.edge = edge
    self.region = region
    self.originalWidth = originalWidth
    self.originalHeight = originalHeight
    self.originalSpacing = originalSpacing
  }

  /// Returns the segmentation `{u > 1/2}`, equation (6), on the original image's grid.
  ///
  /// The relaxed mask is interpolated before it is thresholded, so that the contour is as fine as
  /// the original grid.
  ///
  /// - Parameter u: relaxed mask in `[0, 1]`, `size x size`.
  public func mask(from u: Image) -> Mask {
    // equation (6)
    Mask(
      thresholding: region.restore(
        u, width: originalWidth, height: originalHeight, spacing: originalSpacing))
  }
}
