extension Mask {
  /// For every pixel inside, the distance in pixels to the nearest pixel outside; 0 outside.
  ///
  /// Beyond the border counts as outside. Steps to the side cost 1 and diagonal ones the square
  /// root of 2, so it exceeds the Euclidean distance by at most 8.3 % (Borgefors 1986).
  func innerDistance() -> [Double] {
    let across = width + 2
    var distance = [Double](repeating: 0, count: across * (height + 2))
    for y in 0..<height {
      for x in 0..<width where self[x, y] { distance[(y + 1) * across + x + 1] = .infinity }
    }
    let inner = (1...height).flatMap { y in (1...width).map { y * across + $0 } }
    let diagonal = 2.0.squareRoot()
    func sweep(_ order: some Sequence<Int>, _ towards: Int) {
      for index in order where distance[index] > 0 {
        distance[index] = min(
          distance[index], distance[index - towards] + 1,
          distance[index - towards * across] + 1,
          distance[index - towards * (across + 1)] + diagonal,
          distance[index - towards * (across - 1)] + diagonal)
      }
    }
    sweep(inner, 1)
    sweep(inner.reversed(), -1)
    return inner.map { distance[$0] }
  }
}
