/// What is measured of a case.
public enum Score: String, Hashable, Sendable, CaseIterable {
  /// `Overlap.dice`.
  case dice
  /// `Overlap.jaccard`.
  case jaccard
  /// `SurfaceDistance.hausdorff95`, mm.
  case hausdorff95 = "hd95"
  /// `SurfaceDistance.average`, mm.
  case surfaceDistance = "assd"

  /// Whether smaller is better: a distance.
  public var isDistance: Bool { self == .hausdorff95 || self == .surfaceDistance }

  /// What to call it in a table.
  var label: String { rawValue.uppercased() }

  /// Digits after the point in a table.
  var decimals: Int { isDistance ? 2 : 3 }
}

extension CaseScore {
  /// The value of a score; nil where it is undefined.
  public subscript(score: Score) -> Double? {
    switch score {
    case .dice: dice
    case .jaccard: jaccard
    case .hausdorff95: hausdorff95
    case .surfaceDistance: surfaceDistance
    }
  }
}
