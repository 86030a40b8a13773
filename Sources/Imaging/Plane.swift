/// The plane in which a volume is displayed as slices.
public enum Plane: String, Hashable, Sendable, Codable, CaseIterable {
  /// Columns run towards the patient's left, rows towards the back; slices are counted from the
  /// feet.
  case axial
  /// Columns run towards the patient's left, rows towards the feet; slices are counted from the
  /// back.
  case coronal
  /// Columns run towards the patient's back, rows towards the feet; slices are counted from the
  /// left.
  case sagittal

  /// The axis of world coordinates (0 right, 1 front, 2 head) along which columns, rows and slices
  /// run, and the sign of the direction.
  var directions: [(world: Int, sign: Double)] {
    switch self {
    case .axial: [(0, -1), (1, -1), (2, 1)]
    case .coronal: [(0, -1), (2, -1), (1, 1)]
    case .sagittal: [(1, -1), (2, -1), (0, 1)]
    }
  }
}

/// A user's choice of the plane in which volumes are displayed.
public enum PlaneChoice: String, Hashable, Sendable, Codable, CaseIterable {
  /// The plane in which the volume was acquired, as far as its header shows.
  case acquired
  /// The same plane for every volume.
  case axial, coronal, sagittal

  /// The chosen plane; nil for the acquired one.
  public var plane: Plane? { Plane(rawValue: rawValue) }
}

/// Finds the plane in which a volume was acquired.
///
/// A volume of one slice was acquired in that slice. Otherwise, the pixels of an acquired slice are
/// squarer than those of a cut across the slices, so the plane is the one with the most equal
/// spacings. It is axial unless the axial ratio of the spacings is more than twice the best one.
///
/// - Parameters:
///   - size: the numbers of voxels along the world's axes.
///   - spacing: the distances between voxels along them.
func acquiredPlane(size: [Int], spacing: [Double]) -> Plane {
  let planes = Plane.allCases
  let single = planes.filter { size[$0.directions[2].world] == 1 }
  if single.count == 1 { return single[0] }
  func anisotropy(_ plane: Plane) -> Double {
    let columns = spacing[plane.directions[0].world]
    let rows = spacing[plane.directions[1].world]
    return max(columns, rows) / min(columns, rows)
  }
  let best = planes.min { anisotropy($0) < anisotropy($1) }!
  return anisotropy(.axial) > 2 * anisotropy(best) ? best : .axial
}
