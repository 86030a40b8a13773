extension Image {
  /// Maps the intensity window linearly to `[0, 1]`: values at or below `low` become 0, values at
  /// or above `high` become 1.
  ///
  /// - Precondition: `low < high`.
  public func windowed(low: Double, high: Double) -> Image {
    precondition(low < high, "an intensity window from \(low) to \(high) is empty")
    var mapped = self
    let scale = 1 / (high - low)
    mapped.pixels = pixels.map { Float(max(0, min(1, (Double($0) - low) * scale))) }
    return mapped
  }

  /// Maps the values linearly so that the smallest becomes 0 and the largest 1; an image of one
  /// value becomes 0.
  public func normalised() -> Image {
    guard let low = pixels.min(), let high = pixels.max(), low < high else {
      return Image(width: width, height: height, spacing: spacing, value: 0)
    }
    return windowed(low: Double(low), high: Double(high))
  }
}
