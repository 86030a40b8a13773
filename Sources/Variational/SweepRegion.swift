/// The part of a field that a solver's sweep covers: whole vectors of pixels, in runs along rows.
///
/// If most of a field has converged, a sweep over the rest gives the same result at a fraction of
/// the cost.
package struct SweepRegion {
  /// Neighbouring vectors of one row, as the offsets `start..<end` into the field.
  package struct Run: Hashable {
    package let row: Int
    package let start: Int
    package let end: Int
  }

  package private(set) var runs: [Run] = []

  /// Makes a region that covers the whole field.
  package init(allOf field: PaddedField) {
    let stride = field.stride
    runs = (0..<field.height).map { Run(row: $0, start: $0 * stride, end: ($0 + 1) * stride) }
  }

  /// Makes a region of the active vectors of `field` and their neighbours up to `margin` vectors
  /// and rows away.
  package init(
    of field: PaddedField, margin: Int, where isActive: (_ row: Int, _ offset: Int) -> Bool
  ) {
    let lanes = PixelVector.scalarCount
    let height = field.height
    let columns = field.stride / lanes
    var isNear = [Bool](repeating: false, count: columns * height)
    for row in 0..<height {
      for column in 0..<columns where isActive(row, row * field.stride + column * lanes) {
        for y in max(0, row - margin)...min(height - 1, row + margin) {
          for x in max(0, column - margin)...min(columns - 1, column + margin) {
            isNear[y * columns + x] = true
          }
        }
      }
    }
    for row in 0..<height {
      for column in 0..<columns where isNear[row * columns + column] {
        append(row: row, offset: row * field.stride + column * lanes)
      }
    }
  }

  /// Adds the vector at `offset`, which lies behind all others.
  private mutating func append(row: Int, offset: Int) {
    let end = offset + PixelVector.scalarCount
    if let last = runs.last, last.row == row, last.end == offset {
      runs[runs.count - 1] = Run(row: row, start: last.start, end: end)
    } else {
      runs.append(Run(row: row, start: offset, end: end))
    }
  }
}
