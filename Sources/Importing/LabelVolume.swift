import Imaging

/// A mask volume with what its values mean.
struct LabelVolume: Sendable {
  /// What the values of a mask are.
  enum Values: Hashable, Sendable {
    /// Whole numbers, each with a meaning.
    case labels
    /// A membership; inside is what exceeds this.
    case membership(threshold: Float)
  }

  /// The largest value that is taken for a label: above are masks of 0 and 255, or their like.
  private static let largestLabel: Float = 20
  /// Values looked at to find where a membership is cut.
  private static let sampleCount = 1 << 20

  let volume: Volume
  let values: Values

  /// Looks through a volume.
  init(_ volume: Volume) {
    self.volume = volume
    var (largest, areLabels) = (Float(0), true)
    for index in 0..<volume.grid.sliceCount {
      for value in volume.slice(index).pixels where value != 0 {
        largest = max(largest, value)
        areLabels = areLabels && value == value.rounded() && value >= 0
      }
    }
    values =
      areLabels && largest <= Self.largestLabel
      ? .labels : .membership(threshold: Self.threshold(volume, largest: largest))
  }

  /// Half of what most of the inside has: resampled masks overshoot their maximum, so half of the
  /// largest value would cut too high.
  private static func threshold(_ volume: Volume, largest: Float) -> Float {
    let inside = volume.sampled(atMost: sampleCount).filter { $0 > largest / 2 }.sorted()
    return (inside.isEmpty ? largest : inside[inside.count / 2]) / 2
  }

  /// What of the slice at `index` is marked, with `label` or at all.
  ///
  /// - Throws: `ImportingError` of code `object` where a label other than 1 is sought in a mask
  ///   without labels.
  func mask(_ index: Int, label: Int? = nil) throws -> Mask {
    let slice = volume.slice(index)
    switch (values, label) {
    case (.labels, let label?): return slice.mask { $0 == Float(label) }
    case (.labels, nil): return slice.mask { $0 > 0.5 }
    case (.membership(let threshold), nil), (.membership(let threshold), 1):
      return slice.mask { $0 > threshold }
    case (.membership, let label?):
      throw ImportingError(
        .object, "its mask holds grey values, in which no label \(label) can be told from others")
    }
  }

  /// Whether a label occurs.
  func holds(_ label: Int) -> Bool {
    values == .labels
      && (0..<volume.grid.sliceCount).contains {
        volume.slice($0).pixels.contains(Float(label))
      }
  }
}

extension Image {
  fileprivate func mask(_ isInside: (Float) -> Bool) -> Mask {
    Mask(width: width, height: height, spacing: spacing, pixels: pixels.map(isInside))
  }
}
