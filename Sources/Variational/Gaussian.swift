import Foundation
import Imaging

extension Image {
  /// Returns the image convolved with a Gaussian, equation (14).
  ///
  /// The kernel is cut off at 4 sigma and normalised; at its borders the image is mirrored, with
  /// the edge pixel repeated.
  ///
  /// - Parameter sigma: standard deviation in pixels; 0 returns the image unchanged.
  public func smoothed(sigma: Double) -> Image {
    guard sigma > 0 else { return self }
    let radius = Int(4 * sigma + 0.5)
    let raw = (-radius...radius).map { exp(-0.5 * pow(Double($0) / sigma, 2)) }  // equation (14)
    let sum = raw.reduce(0, +)
    let kernel = raw.map { $0 / sum }
    let filter = SeparableFilter(width: width, height: height, kernel: kernel)
    var result = self
    result.pixels = filter.alongColumns(filter.alongRows(pixels.map { Double($0) })).map {
      Float($0)
    }
    return result
  }
}

/// A one-dimensional kernel of odd length that is applied along the rows or the columns of a grid.
private struct SeparableFilter {
  let width: Int
  let height: Int
  let kernel: [Double]

  func alongRows(_ values: [Double]) -> [Double] {
    let radius = kernel.count / 2
    let sources = (-radius..<width + radius).map { mirrored($0, count: width) }
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

  func alongColumns(_ values: [Double]) -> [Double] {
    let radius = kernel.count / 2
    var result = [Double](repeating: 0, count: values.count)
    for y in 0..<height {
      for (offset, weight) in kernel.enumerated() {
        let source = mirrored(y + offset - radius, count: height) * width
        for x in 0..<width { result[y * width + x] += weight * values[source + x] }
      }
    }
    return result
  }
}

/// Returns the index in `0..<count` to which `index` is reflected, with edges repeated.
private func mirrored(_ index: Int, count: Int) -> Int {
  let wrapped = ((index % (2 * count)) + 2 * count) % (2 * count)
  return wrapped < count ? wrapped : 2 * count - 1 - wrapped
}
