import Imaging

/// How far the boundaries of a segmentation S and the ground truth GT lie apart, in millimetres.
///
/// A boundary is made of the pixels inside that have one of their four neighbours outside; beyond the
/// image counts as outside. The distance of a boundary pixel is that from its centre to the nearest
/// centre of the other boundary. These are the definitions of Maier-Hein, Reinke et al., Metrics
/// reloaded, Nature Methods 21, 2024.
public struct SurfaceDistance: Hashable, Sendable {
  /// The Hausdorff distance with the 95th percentile for the maximum (HD95), mm, >= 0: the larger of
  /// the 95th percentiles of the distances from S to GT and from GT to S.
  ///
  /// MedPy takes the percentile of both directions' distances together.
  public let hausdorff95: Double
  /// The average symmetric surface distance (ASSD), mm, >= 0: the mean of the distances of all
  /// boundary pixels, S's and GT's.
  public let average: Double

  /// Measures two masks on one grid, with the spacing of `truth`; nil where one of them is empty and
  /// so has no boundary: the distances are then undefined.
  ///
  /// - Throws: `EvaluationError` of code `mismatch` that names both sizes.
  public init?(of segmentation: Mask, against truth: Mask) throws {
    guard segmentation.width == truth.width && segmentation.height == truth.height else {
      throw EvaluationError(
        .mismatch,
        "a segmentation of \(segmentation.width) x \(segmentation.height) pixels cannot be measured "
          + "against a truth of \(truth.width) x \(truth.height); both must lie on the image's grid"
      )
    }
    guard segmentation.pixels.contains(true) && truth.pixels.contains(true) else { return nil }
    // Outside the rectangle round both there is nothing to find.
    let (columns, rows) = extent(of: segmentation, truth)
    let found = segmentation.boundary.cropped(columns, rows, spacing: truth.spacing)
    let wanted = truth.boundary.cropped(columns, rows, spacing: truth.spacing)
    let outward = found.distances(to: wanted).sorted()
    let inward = wanted.distances(to: found).sorted()
    hausdorff95 = max(quantile(0.95, of: outward), quantile(0.95, of: inward))
    average = (outward + inward).reduce(0, +) / Double(outward.count + inward.count)
  }
}

extension Mask {
  /// The pixels inside with one of their four neighbours outside.
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

  fileprivate func cropped(
    _ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>, spacing: Spacing
  ) -> Mask {
    Mask(
      width: columns.count, height: rows.count, spacing: spacing,
      pixels: rows.flatMap { y in columns.map { self[$0, y] } })
  }

  /// The distances of the pixels inside from the nearest one inside `other`, in order.
  fileprivate func distances(to other: Mask) -> [Double] {
    zip(pixels, other.squaredDistances()).compactMap { $0 ? $1.squareRoot() : nil }
  }
}

/// The columns and rows of the smallest rectangle that holds two masks, neither empty.
private func extent(
  of one: Mask, _ other: Mask
) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>) {
  let inside = one.pixels.indices.filter { one.pixels[$0] || other.pixels[$0] }
  let columns = inside.map { $0 % one.width }
  // Row-major: the first one is in the uppermost row.
  return (
    columns.min()!...columns.max()!, inside[0] / one.width...inside[inside.count - 1] / one.width
  )
}
