import Imaging

extension Mask {
  /// For every pixel the squared distance from its centre to the nearest centre of a pixel inside, in
  /// mm^2, row-major; infinite everywhere for an empty mask.
  ///
  /// Exact and in linear time, with the mask's spacing along each axis: first along the rows, then
  /// down the columns as the lower envelope of parabolas (Felzenszwalb and Huttenlocher, Theory of
  /// Computing 8, 2012).
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

/// For every place y the minimum over the places p of `values[p] + spacing^2 (y - p)^2`.
private func lowerEnvelope(_ values: [Double], spacing: Double) -> [Double] {
  let scale = spacing * spacing
  func crossing(_ p: Int, _ q: Int) -> Double {
    ((values[q] - values[p]) / scale / Double(q - p) + Double(p + q)) / 2
  }
  // The parabola of `sites[k]` is the lowest one from `starts[k]` to `starts[k + 1]`.
  var (sites, starts): ([Int], [Double]) = ([], [])
  for q in values.indices where values[q].isFinite {
    while let p = sites.last, let start = starts.last, crossing(p, q) <= start {
      sites.removeLast()
      starts.removeLast()
    }
    starts.append(sites.last.map { crossing($0, q) } ?? -.infinity)
    sites.append(q)
  }
  guard !sites.isEmpty else { return values }
  var k = 0
  return values.indices.map { y in
    while k + 1 < sites.count && starts[k + 1] <= Double(y) { k += 1 }
    let steps = Double(y - sites[k])
    return values[sites[k]] + scale * steps * steps
  }
}
