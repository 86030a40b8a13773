/// The weights with which source pixels make one target pixel, along one axis.
struct Footprint {
  var first: Int
  var weights: [Double]
}

/// Footprints of `count` target pixels that cover `[start, start + length)` of a source axis of
/// `sourceCount` pixels (pixel i covers `[i - 0.5, i + 0.5)`); beyond the ends the edge repeats.
///
/// Linear interpolation where the target is finer; a triangle as wide as a target pixel where it is
/// coarser, so that nothing is skipped.
func footprints(count: Int, start: Double, length: Double, sourceCount: Int) -> [Footprint] {
  let step = length / Double(count)
  let reach = max(1, step)
  return (0..<count).map { target in
    let centre = start + (Double(target) + 0.5) * step
    let low = Int((centre - reach).rounded(.down)) + 1
    let high = max(low, Int((centre + reach).rounded(.up)) - 1)
    let first = min(max(low, 0), sourceCount - 1)
    var weights = [Double](repeating: 0, count: min(max(high, 0), sourceCount - 1) - first + 1)
    for source in low...high {
      let weight = max(0, 1 - abs(Double(source) - centre) / reach)
      weights[min(max(source, first), first + weights.count - 1) - first] += weight
    }
    let sum = weights.reduce(0, +)
    return Footprint(first: first, weights: weights.map { $0 / sum })
  }
}

extension Image {
  /// The part of the image that `columns` and `rows` describe, one pixel per footprint.
  func gathered(columns: [Footprint], rows: [Footprint], spacing: Spacing) -> Image {
    var narrowed = [Double](repeating: 0, count: columns.count * height)
    for y in 0..<height {
      for (x, footprint) in columns.enumerated() {
        var sum = 0.0
        for (offset, weight) in footprint.weights.enumerated() {
          sum += weight * Double(pixels[y * width + footprint.first + offset])
        }
        narrowed[y * columns.count + x] = sum
      }
    }
    var result = Image(width: columns.count, height: rows.count, spacing: spacing, value: 0)
    for (y, footprint) in rows.enumerated() {
      for x in 0..<columns.count {
        var sum = 0.0
        for (offset, weight) in footprint.weights.enumerated() {
          sum += weight * narrowed[(footprint.first + offset) * columns.count + x]
        }
        result[x, y] = Float(sum)
      }
    }
    return result
  }

  /// The same view on a grid of `width` x `height` pixels; equal sizes give the image itself.
  public func resampled(width: Int, height: Int) -> Image {
    guard width != self.width || height != self.height else { return self }
    let across = Spacing(
      x: spacing.x * Double(self.width) / Double(width),
      y: spacing.y * Double(self.height) / Double(height))
    return gathered(
      columns: footprints(
        count: width, start: -0.5, length: Double(self.width), sourceCount: self.width),
      rows: footprints(
        count: height, start: -0.5, length: Double(self.height), sourceCount: self.height),
      spacing: across)
  }
}
