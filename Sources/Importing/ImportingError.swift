/// An error that says why data could not be imported.
public struct ImportingError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure; later versions may add kinds.
  public struct Code: Hashable, Sendable {
    private enum Kind { case source, destination, object, request }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The source does not hold what its layout demands.
    public static let source = Code(.source)
    /// The destination holds other files, or cannot be written.
    public static let destination = Code(.destination)
    /// A mask does not hold the object that was asked for.
    public static let object = Code(.object)
    /// The request contradicts itself.
    public static let request = Code(.request)
  }

  /// The kind of this failure.
  public let code: Code
  /// One sentence for the user that says what failed, where, and what to do.
  public let message: String
  /// The error that caused this one, or nil.
  public let cause: (any Error)?

  /// Creates an error of kind `code`; `message` says what failed, where, and what to do.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the description of its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
