/// What must never happen, and did.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  /// In one sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws where `condition` does not hold.
func require(_ condition: Bool, _ violation: @autoclosure () -> String) throws {
  if !condition { throw Violation(violation()) }
}
