/// A broken promise of the protocol.
public struct ProtocolViolation: Error, Hashable, Sendable, CustomStringConvertible {
  /// The promise that was broken, in one sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a `ProtocolViolation` if `condition` does not hold.
func require(_ condition: Bool, otherwise violation: @autoclosure () -> String) throws {
  if !condition { throw ProtocolViolation(violation()) }
}
