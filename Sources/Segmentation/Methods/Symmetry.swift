/// One of the eight symmetries of a square: transposed or not, then mirrored along rows and columns
/// or not.
package struct Symmetry: Hashable, Sendable {
  var isTransposed = false
  var mirrorsColumns = false
  var mirrorsRows = false

  /// All eight symmetries, the identity first.
  package static let all: [Symmetry] = (0..<8).map {
    Symmetry(isTransposed: $0 & 4 > 0, mirrorsColumns: $0 & 2 > 0, mirrorsRows: $0 & 1 > 0)
  }

  /// Returns the image of a row-major square under the symmetry.
  package func applied(to pixels: [Float], size: Int) -> [Float] {
    sources(size).map { pixels[$0] }
  }

  /// Returns the row-major square whose image under the symmetry is `pixels`.
  package func undone(on pixels: [Float], size: Int) -> [Float] {
    var result = pixels
    for (target, source) in sources(size).enumerated() { result[source] = pixels[target] }
    return result
  }

  /// Returns for each pixel of the image the index of its source pixel.
  private func sources(_ size: Int) -> [Int] {
    (0..<size * size).map { index in
      let x = mirrorsColumns ? size - 1 - index % size : index % size
      let y = mirrorsRows ? size - 1 - index / size : index / size
      return isTransposed ? x * size + y : y * size + x
    }
  }
}
