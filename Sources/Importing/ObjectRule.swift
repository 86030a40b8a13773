/// What in a mask volume is the object.
public enum ObjectRule: Hashable, Sendable {
  /// All that is marked, with whatever value.
  case marked
  /// What is marked with this value.
  case label(Int)
  /// A lung.
  case lung(ImportRequest.Side)
}
