import Foundation
import Imaging

extension Image {
  /// Smoothed by a Gaussian of standard deviation `sigma` pixels, cut off at 4 sigma; the image is
  /// mirrored at its borders (edge pixel repeated). `sigma` 0 changes nothing.
  public func smoothed(sigma: Double) -> Image {
    guard sigma > 0 else { return self }
    let radius = Int(4 * sigma + 0.5)
    let raw = (-radius...radius).map { exp(-0.5 * pow(Double($0) / sigma, 2)) }
    let sum = raw.reduce(0, +)
    let kernel = raw.map { $0 / sum }
    var across = pixels.map { Double($0) }
    across = convolved(across, kernel, radius, stride: 1, count: width, lines: height, step: width)
    across = convolved(across, kernel, radius, stride: width, count: height, lines: width, step: 1)
    var result = self
    result.pixels = across.map { Float($0) }
    return result
  }

  /// The squared length of the gradient by central differences, one-sided at the borders, unit
  /// spacing: MATLAB's `gradient`.
  func squaredGradient() -> [Double] {
    func difference(_ low: Int, _ high: Int, _ distance: Int) -> Double {
      distance == 0 ? 0 : (Double(pixels[high]) - Double(pixels[low])) / Double(distance)
    }
    return (0..<width * height).map { index in
      let (x, y) = (index % width, index / width)
      let (left, right) = (max(x - 1, 0), min(x + 1, width - 1))
      let (above, below) = (max(y - 1, 0), min(y + 1, height - 1))
      let gx = difference(y * width + left, y * width + right, right - left)
      let gy = difference(above * width + x, below * width + x, below - above)
      return gx * gx + gy * gy
    }
  }
}

private func convolved(
  _ values: [Double], _ kernel: [Double], _ radius: Int, stride: Int, count: Int, lines: Int,
  step: Int
) -> [Double] {
  var result = values
  for line in 0..<lines {
    let start = line * step
    for i in 0..<count {
      var sum = 0.0
      for (offset, weight) in kernel.enumerated() {
        sum += weight * values[start + mirrored(i + offset - radius, count) * stride]
      }
      result[start + i * stride] = sum
    }
  }
  return result
}

/// The index that `index` falls on when `0..<count` is mirrored at its ends, edges repeated.
private func mirrored(_ index: Int, _ count: Int) -> Int {
  let wrapped = ((index % (2 * count)) + 2 * count) % (2 * count)
  return wrapped < count ? wrapped : 2 * count - 1 - wrapped
}
