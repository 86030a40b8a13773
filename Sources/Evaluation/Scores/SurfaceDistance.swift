import Imaging

/// The distances between the boundaries of a segmentation S and the ground truth GT, in the unit of
/// the ground truth's spacing.
///
/// A boundary consists of the pixels inside that have one of their four neighbours outside; pixels
/// beyond the image count as outside. The distance of a boundary pixel is the Euclidean distance
/// from its centre to the nearest pixel centre of the other boundary. These are the definitions of
/// Maier-Hein, Reinke et al., Metrics reloaded, Nature Methods 21, 2024.
public struct SurfaceDistance: Hashable, Sendable {
  /// The 95th percentile Hausdorff distance (HD95), >= 0: the larger of the 95th percentiles
  /// of the distances from S to GT and from GT to S.
  ///
  /// The percentiles are interpolated linearly (`quantile`). MedPy pools the distances of both
  /// directions before it takes the percentile.
  public let hausdorff95: Double
  /// The average symmetric surface distance (ASSD), >= 0: the mean of the distances of all
  /// boundary pixels of both masks.
  public let average: Double

  /// Measures two masks on one grid, with the spacing of `groundTruth`.
  ///
  /// The result is nil if one of the masks is empty: it has no boundary, and the distances are
  /// undefined.
  ///
  /// - Throws: `DipperError` of code `masksMismatched`, with both sizes, if the masks differ in
  ///   size.
  public init?(of segmentation: Mask, against groundTruth: Mask) throws {
    try checkGrid(of: segmentation, against: groundTruth, cannotBe: "measured")
    guard segmentation.pixels.contains(true) && groundTruth.pixels.contains(true) else {
      return nil
    }
    // Cropping to both masks saves transforming the rest of the image.
    let rectangle = PixelRectangle(enclosing: segmentation, and: groundTruth)
    let found = segmentation.boundary.cropped(to: rectangle, spacing: groundTruth.spacing)
    let expected = groundTruth.boundary.cropped(to: rectangle, spacing: groundTruth.spacing)
    let outward = found.distances(to: expected).sorted()
    let inward = expected.distances(to: found).sorted()
    // equation (61)
    hausdorff95 = max(quantile(0.95, of: outward), quantile(0.95, of: inward))
    // equation (62)
    average = (outward + inward).reduce(0, +) / Double(outward.count + inward.count)
  }
}

extension Mask {
  /// The pixels inside that have one of their four neighbours outside.
  fileprivate var boundary: Mask {
    var boundary = self
    for y in 0..<height {
      for x in 0..<width where self[x, y] {
        let isAtEdge = x == 0 || y == 0 || x == width - 1 || y == height - 1
        boundary[x, y] =
          isAtEdge
          || !(self[x - 1, y] && self[x + 1, y] && self[x, y - 1] && self[x, y + 1])
      }
    }
    return boundary
  }

  fileprivate func cropped(to rectangle: PixelRectangle, spacing: Spacing) -> Mask {
    Mask(
      width: rectangle.columns.count, height: rectangle.rows.count, spacing: spacing,
      pixels: rectangle.rows.flatMap { y in rectangle.columns.map { self[$0, y] } })
  }

  /// Returns the distance of each pixel inside from the nearest pixel inside `other`, in
  /// row-major order.
  fileprivate func distances(to other: Mask) -> [Double] {
    zip(pixels, other.squaredDistances()).compactMap { $0 ? $1.squareRoot() : nil }
  }
}

private struct PixelRectangle {
  let columns: ClosedRange<Int>
  let rows: ClosedRange<Int>

  /// Finds the smallest rectangle that holds two masks of one size, neither of them empty.
  init(enclosing one: Mask, and other: Mask) {
    let inside = one.pixels.indices.filter { one.pixels[$0] || other.pixels[$0] }
    let touched = inside.map { $0 % one.width }
    columns = touched.min()!...touched.max()!
    // The indices are row-major, so the first and the last one lie in the outermost rows.
    rows = inside[0] / one.width...inside[inside.count - 1] / one.width
  }
}
