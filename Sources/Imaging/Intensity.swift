extension Image {
  /// `low` and below to 0, `high` and above to 1, linear between.
  ///
  /// - Precondition: `low < high`.
  public func windowed(low: Double, high: Double) -> Image {
    precondition(low < high, "an intensity window from \(low) to \(high) is empty")
    var mapped = self
    let scale = 1 / (high - low)
    mapped.pixels = pixels.map { Float(max(0, min(1, (Double($0) - low) * scale))) }
    return mapped
  }

  /// The smallest value to 0 and the largest to 1; an image of one value becomes 0.
  public func normalised() -> Image {
    guard let low = pixels.min(), let high = pixels.max(), low < high else {
      return Image(width: width, height: height, spacing: spacing, value: 0)
    }
    return windowed(low: Double(low), high: Double(high))
  }
}
