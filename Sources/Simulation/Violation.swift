/// A broken promise of the protocol.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  /// The promise that was broken, in one sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a `Violation` if `condition` does not hold.
func require(_ condition: Bool, otherwise violation: @autoclosure () -> String) throws {
  if !condition { throw Violation(violation()) }
}
