/// The part of a plane that a sweep goes over: whole vectors of pixels, in runs along rows.
///
/// Where most of a field has come to rest, sweeps over the rest do the same at a share of the price.
package struct SweepRegion {
  /// Neighbouring vectors of one row: offsets into the plane, `start..<end` by whole vectors.
  package struct Run: Hashable {
    package let row: Int
    package let start: Int
    package let end: Int
  }

  package private(set) var runs: [Run] = []

  /// The whole plane.
  package init(allOf plane: Plane) {
    let stride = plane.stride
    runs = (0..<plane.height).map { Run(row: $0, start: $0 * stride, end: ($0 + 1) * stride) }
  }

  /// The vectors of `plane` that are active, and their neighbours up to `margin` vectors and rows away.
  package init(
    of plane: Plane, margin: Int, where isActive: (_ row: Int, _ offset: Int) -> Bool
  ) {
    let (lanes, height) = (Lanes.scalarCount, plane.height)
    let columns = plane.stride / lanes
    var isNear = [Bool](repeating: false, count: columns * height)
    for row in 0..<height {
      for column in 0..<columns where isActive(row, row * plane.stride + column * lanes) {
        for y in max(0, row - margin)...min(height - 1, row + margin) {
          for x in max(0, column - margin)...min(columns - 1, column + margin) {
            isNear[y * columns + x] = true
          }
        }
      }
    }
    for row in 0..<height {
      for column in 0..<columns where isNear[row * columns + column] {
        append(row: row, offset: row * plane.stride + column * lanes)
      }
    }
  }

  /// Adds the vector at `offset`, which lies behind all others.
  private mutating func append(row: Int, offset: Int) {
    let end = offset + Lanes.scalarCount
    if let last = runs.last, last.row == row, last.end == offset {
      runs[runs.count - 1] = Run(row: row, start: last.start, end: end)
    } else {
      runs.append(Run(row: row, start: offset, end: end))
    }
  }
}
