import Imaging
import TestSupport

/// Creates a mask from its rows, in which `#` is inside.
func mask(_ rows: String...) -> Mask {
  Mask(width: rows[0].count, height: rows.count, pixels: rows.joined().map { $0 == "#" })
}

extension SeededGenerator {
  /// Returns a random mask of random density, sometimes empty or full.
  mutating func mask(width: Int, height: Int) -> Mask {
    let density = pick([0, 0.1, 0.5, 0.9, 1])
    return Mask(
      width: width, height: height, pixels: (0..<width * height).map { _ in chance(density) })
  }
}
