import Imaging

extension Mask {
  /// Computes the exact Euclidean distance transform of the mask, squared.
  ///
  /// The algorithm is that of Felzenszwalb and Huttenlocher (Distance Transforms of Sampled
  /// Functions, Theory of Computing 8, 2012), linear in the number of pixels: distances along the
  /// rows first, then down the columns as the lower envelope of parabolas.
  ///
  /// - Returns: `width * height` values in row-major order: for each pixel the squared distance
  ///   from its centre to the nearest centre of a pixel inside, in the squared unit of the mask's
  ///   spacing; infinite everywhere for an empty mask.
  package func squaredDistances() -> [Double] {
    var squares = squaredDistancesAlongRows()
    for x in 0..<width {
      let column = (0..<height).map { squares[$0 * width + x] }
      for (y, square) in lowerEnvelope(column, spacing: spacing.y).enumerated() {
        squares[y * width + x] = square
      }
    }
    return squares
  }

  private func squaredDistancesAlongRows() -> [Double] {
    var squares = [Double](repeating: .infinity, count: width * height)
    func sweep(_ columns: some Sequence<Int>, row: Int) {
      var steps = Double.infinity
      for x in columns {
        steps = self[x, row] ? 0 : steps + 1
        let distance = steps * spacing.x
        squares[row * width + x] = min(squares[row * width + x], distance * distance)
      }
    }
    for y in 0..<height {
      sweep(0..<width, row: y)
      sweep((0..<width).reversed(), row: y)
    }
    return squares
  }
}

/// Computes for every index y the minimum over all indices p of `values[p] + spacing^2 (y - p)^2`.
private func lowerEnvelope(_ values: [Double], spacing: Double) -> [Double] {
  let scale = spacing * spacing
  func crossing(of p: Int, with q: Int) -> Double {
    ((values[q] - values[p]) / scale / Double(q - p) + Double(p + q)) / 2
  }
  // The parabola with its apex at `apices[k]` is the lowest from `starts[k]` to `starts[k + 1]`.
  var apices: [Int] = []
  var starts: [Double] = []
  for q in values.indices where values[q].isFinite {
    while let p = apices.last, let start = starts.last, crossing(of: p, with: q) <= start {
      apices.removeLast()
      starts.removeLast()
    }
    starts.append(apices.last.map { crossing(of: $0, with: q) } ?? -.infinity)
    apices.append(q)
  }
  guard !apices.isEmpty else { return values }
  var k = 0
  return values.indices.map { y in
    while k + 1 < apices.count && starts[k + 1] <= Double(y) { k += 1 }
    let steps = Double(y - apices[k])
    return values[apices[k]] + scale * steps * steps
  }
}
