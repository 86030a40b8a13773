import Errors
import Imaging

/// A mask volume together with the meaning of its values.
struct LabelVolume: Sendable {
  /// The meaning of the values of a mask.
  enum Values: Hashable, Sendable {
    /// The values are integers, each the label of a structure.
    case labels
    /// The values are grades of membership; voxels above the threshold are inside.
    case membership(threshold: Float)
  }

  /// The largest value that counts as a label; larger ones indicate a mask of 0 and 255 or similar.
  private static let largestLabel: Float = 20
  /// The largest number of voxels from which the threshold of a membership is computed.
  private static let sampleCount = 1 << 20

  let volume: Volume
  let values: Values

  /// Determines the meaning of a volume's values from all of its voxels.
  init(_ volume: Volume) {
    self.volume = volume
    var largest: Float = 0
    var areLabels = true
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

  /// Returns the threshold, which is half of the median of the values inside. Half of the largest
  /// value would be too high, because resampled masks overshoot.
  private static func threshold(_ volume: Volume, largest: Float) -> Float {
    let inside = volume.sampled(atMost: sampleCount).filter { $0 > largest / 2 }.sorted()
    return (inside.isEmpty ? largest : inside[inside.count / 2]) / 2
  }

  /// Returns the mask of the voxels with `label` in a slice, or of all marked ones if it is nil.
  ///
  /// - Throws: `DipperError` of code `importObjectMissing` if a label other than 1 is requested and
  ///   the mask's values are not labels.
  func mask(ofSlice index: Int, label: Int? = nil) throws -> Mask {
    let slice = volume.slice(index)
    switch (values, label) {
    case (.labels, let label?): return slice.mask { $0 == Float(label) }
    case (.labels, nil): return slice.mask { $0 > 0.5 }
    case (.membership(let threshold), nil), (.membership(let threshold), 1):
      return slice.mask { $0 > threshold }
    case (.membership, let label?):
      throw DipperError(
        .importObjectMissing,
        "its mask holds grey values, in which no label \(label) can be told from others")
    }
  }

  /// Tells whether a label occurs in the volume.
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
