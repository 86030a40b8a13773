/// A score of a segmentation against the ground truth of its case.
public enum Score: String, Hashable, Sendable, CaseIterable {
  /// The Dice coefficient, `Overlap.dice`.
  case dice
  /// The Jaccard index, `Overlap.jaccard`.
  case jaccard
  /// The 95th percentile Hausdorff distance, `SurfaceDistance.hausdorff95`.
  case hausdorff95 = "hd95"
  /// The average symmetric surface distance, `SurfaceDistance.average`.
  case surfaceDistance = "assd"

  /// Tells whether the score is a distance, so that smaller values are better.
  public var isDistance: Bool { self == .hausdorff95 || self == .surfaceDistance }

  /// The name of the score in a table.
  package var label: String { rawValue.uppercased() }

  /// The number of digits after the decimal point in a table.
  package var decimals: Int { isDistance ? 2 : 3 }
}

extension CaseScore {
  /// The value of a score; nil if it is undefined for this case.
  public subscript(score: Score) -> Double? {
    switch score {
    case .dice: dice
    case .jaccard: jaccard
    case .hausdorff95: hausdorff95
    case .surfaceDistance: surfaceDistance
    }
  }
}
