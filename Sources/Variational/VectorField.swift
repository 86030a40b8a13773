/// A vector at every pixel, row-major, components along columns (x) and rows (y).
package struct VectorField: Hashable, Sendable {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// Components along columns.
  package var x: [Float]
  /// Components along rows.
  package var y: [Float]

  /// Zero everywhere.
  package init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    x = [Float](repeating: 0, count: width * height)
    y = x
  }

  /// Becomes the gradient of `u` by forward differences; zero across the last column and row.
  package mutating func setGradient(of u: [Float]) {
    let (width, height) = (width, height)
    u.withUnsafeBufferPointer { u in
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          for row in 0..<height {
            let start = row * width
            for i in start..<(start + width - 1) { x[i] = u[i + 1] - u[i] }
            x[start + width - 1] = 0
            guard row + 1 < height else { continue }
            for i in start..<(start + width) { y[i] = u[i + width] - u[i] }
          }
          for i in (height - 1) * width..<height * width { y[i] = 0 }
        }
      }
    }
  }

  /// Writes the divergence into `out`: minus the adjoint of the gradient, exactly.
  package func divergence(into out: inout [Float]) {
    let (width, height) = (width, height)
    out.withUnsafeMutableBufferPointer { out in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          for row in 0..<height {
            let start = row * width
            let (isFirst, isLast) = (row == 0, row == height - 1)
            for column in 0..<width {
              let i = start + column
              let right = column + 1 < width ? x[i] : 0
              let left = column > 0 ? x[i - 1] : 0
              let below = isLast ? 0 : y[i]
              let above = isFirst ? 0 : y[i - width]
              out[i] = right - left + below - above
            }
          }
        }
      }
    }
  }

  /// The divergence.
  package var divergence: [Float] {
    var out = x
    divergence(into: &out)
    return out
  }

  /// The Euclidean length at every pixel.
  package var lengths: [Float] { zip(x, y).map { ($0 * $0 + $1 * $1).squareRoot() } }
}
