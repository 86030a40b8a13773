/// The rule that selects the voxels of the object in a mask volume.
public enum ObjectRule: Hashable, Sendable {
  /// The object is every marked voxel, whatever its value.
  case marked
  /// The object is every voxel of this label.
  case label(LabelChoice)
  /// The object is a lung.
  case lung(ImportRequest.Side)

  /// Tells whether the object is only a part of what is marked alike.
  var isPart: Bool { self == .lung(.left) || self == .lung(.right) }
}
