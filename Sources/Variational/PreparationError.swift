/// The reason why an image and its markers cannot be prepared for computing.
///
/// Another attempt with the same files would end in the same error.
public struct PreparationError: Error, Sendable, CustomStringConvertible {
  /// One sentence for the user: what cannot be used, where, and what to do.
  public let message: String
  /// Underlying error, if there is one.
  public let cause: (any Error)?

  /// Makes an error; `message` says what cannot be used, where, and what to do.
  public init(_ message: String, cause: (any Error)? = nil) {
    self.message = message
    self.cause = cause
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
