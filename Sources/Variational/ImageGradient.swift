import Imaging

extension Image {
  /// Returns the squared length of the image's gradient at every pixel, row-major, equation (15).
  ///
  /// The differences are central, one-sided at the borders, with unit spacing, as MATLAB's
  /// `gradient` computes them.
  package func squaredGradient() -> [Double] {
    (0..<width * height).map { index in
      let x = index % width
      let y = index / width
      let left = max(x - 1, 0)
      let right = min(x + 1, width - 1)
      let above = max(y - 1, 0)
      let below = min(y + 1, height - 1)
      let gx = slope(from: y * width + left, to: y * width + right, distance: right - left)
      let gy = slope(from: above * width + x, to: below * width + x, distance: below - above)
      return gx * gx + gy * gy  // equation (15)
    }
  }

  private func slope(from low: Int, to high: Int, distance: Int) -> Double {
    distance == 0 ? 0 : (Double(pixels[high]) - Double(pixels[low])) / Double(distance)
  }
}
