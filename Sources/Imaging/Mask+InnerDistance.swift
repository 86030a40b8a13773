extension Mask {
  /// Computes the chamfer distance of every pixel inside to the nearest pixel outside.
  ///
  /// Pixels beyond the border count as outside. A step along a row or column costs 1 and a diagonal
  /// one the square root of 2, so the result exceeds the Euclidean distance by at most 8.3 %
  /// (Borgefors, Distance transformations in digital images, 1986).
  ///
  /// - Returns: `width * height` distances in pixels, row-major; 0 outside.
  func innerDistance() -> [Double] {
    // A margin of one pixel on each side represents the outside beyond the border.
    let stride = width + 2
    var distance = [Double](repeating: 0, count: stride * (height + 2))
    for y in 0..<height {
      for x in 0..<width where self[x, y] { distance[(y + 1) * stride + x + 1] = .infinity }
    }
    let inner = (1...height).flatMap { y in (1...width).map { y * stride + $0 } }
    let diagonal = 2.0.squareRoot()
    func sweep(_ order: some Sequence<Int>, direction: Int) {
      for index in order where distance[index] > 0 {
        distance[index] = min(
          distance[index], distance[index - direction] + 1,
          distance[index - direction * stride] + 1,
          distance[index - direction * (stride + 1)] + diagonal,
          distance[index - direction * (stride - 1)] + diagonal)
      }
    }
    sweep(inner, direction: 1)
    sweep(inner.reversed(), direction: -1)
    return inner.map { distance[$0] }
  }
}
