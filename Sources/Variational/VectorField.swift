/// A vector at every pixel, stored row-major as components along columns (x) and rows (y).
package struct VectorField: Hashable, Sendable {
  /// Number of columns of the grid.
  package let width: Int
  /// Number of rows of the grid.
  package let height: Int
  /// Components along columns, row-major.
  package var x: [Float]
  /// Components along rows, row-major.
  package var y: [Float]

  /// Makes a field that is zero everywhere.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    x = [Float](repeating: 0, count: width * height)
    y = x
  }

  /// Sets the field to the gradient of `u` by forward differences, zero across the last column and
  /// row, equation (21).
  package mutating func setGradient(of u: [Float]) {
    let width = width
    let height = height
    u.withUnsafeBufferPointer { u in
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          for row in 0..<height {
            let start = row * width
            // equation (21)
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

  /// Writes the divergence into `out`; it is exactly minus the adjoint of the gradient, equation
  /// (21).
  package func divergence(into out: inout [Float]) {
    let width = width
    let height = height
    out.withUnsafeMutableBufferPointer { out in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          for row in 0..<height {
            let start = row * width
            let isFirst = row == 0
            let isLast = row == height - 1
            for column in 0..<width {
              let i = start + column
              let right = column + 1 < width ? x[i] : 0
              let left = column > 0 ? x[i - 1] : 0
              let below = isLast ? 0 : y[i]
              let above = isFirst ? 0 : y[i - width]
              out[i] = right - left + below - above  // equation (21)
            }
          }
        }
      }
    }
  }

  /// Divergence at every pixel, row-major.
  package var divergence: [Float] {
    var out = x
    divergence(into: &out)
    return out
  }

  /// Euclidean length at every pixel, row-major.
  package var lengths: [Float] { zip(x, y).map { ($0 * $0 + $1 * $1).squareRoot() } }
}
