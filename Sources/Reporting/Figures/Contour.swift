import Imaging

/// A straight line between two points.
struct Segment: Hashable {
  var from: Point
  var to: Point
}

extension Mask {
  /// The boundary of the mask, half-way between the pixel centres inside and those outside, by marching
  /// squares at level 1/2 (Lorensen and Cline 1987, in the plane). At the border of the image the
  /// boundary is closed.
  ///
  /// The segments are in pixel coordinates and unordered. Pixels that touch only at a corner stay
  /// separate.
  var contour: [Segment] {
    var segments: [Segment] = []
    for y in -1..<height {
      for x in -1..<width {
        let one = isInside(x: x, y: y)
        let two = isInside(x: x + 1, y: y)
        let three = isInside(x: x + 1, y: y + 1)
        let four = isInside(x: x, y: y + 1)
        if one == two && two == three && three == four { continue }
        segments += crossing([one, two, three, four]).map {
          Segment(from: edgeMiddle($0.0, x: x, y: y), to: edgeMiddle($0.1, x: x, y: y))
        }
      }
    }
    return segments
  }

  private func isInside(x: Int, y: Int) -> Bool {
    (0..<width).contains(x) && (0..<height).contains(y) && self[x, y]
  }
}

/// Returns the pairs of sides that the boundary connects in a cell with these corners, which are
/// ordered clockwise from the upper left. Side i lies between corners i and i + 1.
private func crossing(_ corners: [Bool]) -> [(Int, Int)] {
  let crossed = (0..<4).filter { corners[$0] != corners[($0 + 1) % 4] }
  switch crossed.count {
  case 2: return [(crossed[0], crossed[1])]
  case 4: return corners[0] ? [(3, 0), (1, 2)] : [(0, 1), (2, 3)]
  default: return []
  }
}

/// Returns the middle of a side of the cell whose upper left corner is the pixel centre (x, y).
private func edgeMiddle(_ side: Int, x: Int, y: Int) -> Point {
  let offset = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)][side]
  return Point(x: Double(x) + offset.0, y: Double(y) + offset.1)
}
