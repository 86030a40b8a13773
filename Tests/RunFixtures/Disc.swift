import Imaging

/// Draws a filled disc.
package func disc(_ size: Int, x: Double, y: Double, radius: Double) -> Mask {
  Mask(
    width: size, height: size,
    pixels: (0..<size * size).map { index in
      let dx = Double(index % size) - x
      let dy = Double(index / size) - y
      return dx * dx + dy * dy <= radius * radius
    })
}
