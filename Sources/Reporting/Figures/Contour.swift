import Imaging

/// A straight line between two points.
struct Segment: Hashable {
  var from: Point
  var to: Point
}

extension Mask {
  /// The boundary, half-way between the pixel centres inside and those outside: marching squares at
  /// level 1/2 (Lorensen and Cline 1987, in the plane). What leaves the image is closed at its edge.
  ///
  /// In pixel coordinates, unordered. Pixels that touch by a corner only stay apart.
  var contour: [Segment] {
    var segments: [Segment] = []
    for y in -1..<height {
      for x in -1..<width {
        let (one, two) = (isInside(x, y), isInside(x + 1, y))
        let (three, four) = (isInside(x + 1, y + 1), isInside(x, y + 1))
        if one == two && two == three && three == four { continue }
        segments += crossing([one, two, three, four]).map {
          Segment(from: edgeMiddle($0.0, x, y), to: edgeMiddle($0.1, x, y))
        }
      }
    }
    return segments
  }

  private func isInside(_ x: Int, _ y: Int) -> Bool {
    (0..<width).contains(x) && (0..<height).contains(y) && self[x, y]
  }
}

/// The sides that the boundary connects in a cell with these corners, clockwise from the upper left;
/// side i lies between corners i and i + 1.
private func crossing(_ corners: [Bool]) -> [(Int, Int)] {
  let crossed = (0..<4).filter { corners[$0] != corners[($0 + 1) % 4] }
  switch crossed.count {
  case 2: return [(crossed[0], crossed[1])]
  case 4: return corners[0] ? [(3, 0), (1, 2)] : [(0, 1), (2, 3)]
  default: return []
  }
}

/// The middle of a side of the cell whose upper left corner is the pixel centre (x, y).
private func edgeMiddle(_ side: Int, _ x: Int, _ y: Int) -> Point {
  let offset = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)][side]
  return Point(x: Double(x) + offset.0, y: Double(y) + offset.1)
}
