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
    let across = alongRows(pixels.map { Double($0) }, width, height, kernel)
    let both = alongColumns(across, width, height, kernel)
    var result = self
    result.pixels = both.map { Float($0) }
    return result
  }

  /// The squared length of the gradient by central differences, one-sided at the borders, unit
  /// spacing: MATLAB's `gradient`.
  package func squaredGradient() -> [Double] {
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

private func alongRows(
  _ values: [Double], _ width: Int, _ height: Int, _ kernel: [Double]
) -> [Double] {
  let radius = kernel.count / 2
  let sources = (-radius..<width + radius).map { mirrored($0, width) }
  var row = [Double](repeating: 0, count: sources.count)
  var result = values
  for start in stride(from: 0, to: width * height, by: width) {
    for (i, source) in sources.enumerated() { row[i] = values[start + source] }
    for x in 0..<width {
      var sum = 0.0
      for (offset, weight) in kernel.enumerated() { sum += weight * row[x + offset] }
      result[start + x] = sum
    }
  }
  return result
}

private func alongColumns(
  _ values: [Double], _ width: Int, _ height: Int, _ kernel: [Double]
) -> [Double] {
  let radius = kernel.count / 2
  var result = [Double](repeating: 0, count: values.count)
  for y in 0..<height {
    for (offset, weight) in kernel.enumerated() {
      let source = mirrored(y + offset - radius, height) * width
      for x in 0..<width { result[y * width + x] += weight * values[source + x] }
    }
  }
  return result
}

/// The index that `index` falls on when `0..<count` is mirrored at its ends, edges repeated.
private func mirrored(_ index: Int, _ count: Int) -> Int {
  let wrapped = ((index % (2 * count)) + 2 * count) % (2 * count)
  return wrapped < count ? wrapped : 2 * count - 1 - wrapped
}
