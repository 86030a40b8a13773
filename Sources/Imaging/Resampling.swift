/// The weights of the source pixels from which one target pixel is computed, along one axis.
struct FilterTaps {
  /// The index of the first source pixel.
  var first: Int
  /// The weights of the source pixels from `first` on; their sum is 1.
  var weights: [Double]
}

/// Computes the taps of a triangle filter that resamples one axis.
///
/// The `count` target pixels cover `[start, start + length)` of a source axis of `sourceCount`
/// pixels, where pixel i covers `[i - 0.5, i + 0.5)`; edge pixels repeat beyond the ends. If the
/// target is finer than the source the filter interpolates linearly; if it is coarser the triangle
/// widens to the distance of target pixels, so every source pixel contributes.
func triangleFilter(count: Int, start: Double, length: Double, sourceCount: Int) -> [FilterTaps] {
  let step = length / Double(count)
  let radius = max(1, step)
  return (0..<count).map { target in
    let centre = start + (Double(target) + 0.5) * step
    let low = Int((centre - radius).rounded(.down)) + 1
    let high = max(low, Int((centre + radius).rounded(.up)) - 1)
    let first = min(max(low, 0), sourceCount - 1)
    var weights = [Double](repeating: 0, count: min(max(high, 0), sourceCount - 1) - first + 1)
    for source in low...high {
      let weight = max(0, 1 - abs(Double(source) - centre) / radius)
      weights[min(max(source, first), first + weights.count - 1) - first] += weight
    }
    let sum = weights.reduce(0, +)
    return FilterTaps(first: first, weights: weights.map { $0 / sum })
  }
}

extension Image {
  /// Applies a separable filter: `columns` along the rows first, then `rows` down the columns.
  ///
  /// - Returns: an image of `columns.count` x `rows.count` pixels.
  func filtered(columns: [FilterTaps], rows: [FilterTaps], spacing: Spacing) -> Image {
    let narrowed = filteredAlongRows(columns)
    var result = Image(width: columns.count, height: rows.count, spacing: spacing, value: 0)
    for (y, taps) in rows.enumerated() {
      for x in 0..<columns.count {
        var sum = 0.0
        for (offset, weight) in taps.weights.enumerated() {
          sum += weight * narrowed[(taps.first + offset) * columns.count + x]
        }
        result[x, y] = Float(sum)
      }
    }
    return result
  }

  /// Filters every row; the result is row-major, `columns.count * height` values.
  private func filteredAlongRows(_ columns: [FilterTaps]) -> [Double] {
    var narrowed = [Double](repeating: 0, count: columns.count * height)
    for y in 0..<height {
      for (x, taps) in columns.enumerated() {
        var sum = 0.0
        for (offset, weight) in taps.weights.enumerated() {
          sum += weight * Double(pixels[y * width + taps.first + offset])
        }
        narrowed[y * columns.count + x] = sum
      }
    }
    return narrowed
  }

  /// Resamples the image onto a grid of `width` x `height` pixels over the same field of view.
  ///
  /// Equal sizes give the image itself. The filter is linear where the grid becomes finer and a
  /// triangle as wide as a new pixel where it becomes coarser.
  public func resampled(width: Int, height: Int) -> Image {
    guard width != self.width || height != self.height else { return self }
    return filtered(
      columns: triangleFilter(
        count: width, start: -0.5, length: Double(self.width), sourceCount: self.width),
      rows: triangleFilter(
        count: height, start: -0.5, length: Double(self.height), sourceCount: self.height),
      spacing: spacing.scaled(
        x: Double(self.width) / Double(width), y: Double(self.height) / Double(height)))
  }
}
