/// One of the eight ways to lay a square onto itself: mirrored across or not, down or not, after its rows
/// became columns or not.
package struct Symmetry: Hashable, Sendable {
  var isTransposed = false
  var mirrorsAcross = false
  var mirrorsDown = false

  /// All eight, the identity first.
  package static let all: [Symmetry] = (0..<8).map {
    Symmetry(isTransposed: $0 & 4 > 0, mirrorsAcross: $0 & 2 > 0, mirrorsDown: $0 & 1 > 0)
  }

  /// A row-major square as it lies then.
  package func applied(to pixels: [Float], size: Int) -> [Float] {
    places(size).map { pixels[$0] }
  }

  /// A row-major square that lies so, as it lay before.
  package func undone(on pixels: [Float], size: Int) -> [Float] {
    var result = pixels
    for (to, from) in places(size).enumerated() { result[from] = pixels[to] }
    return result
  }

  /// Where each pixel comes from.
  private func places(_ size: Int) -> [Int] {
    (0..<size * size).map { index in
      let x = mirrorsAcross ? size - 1 - index % size : index % size
      let y = mirrorsDown ? size - 1 - index / size : index / size
      return isTransposed ? x * size + y : y * size + x
    }
  }
}
