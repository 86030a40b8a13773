/// Why data could not be imported.
public struct ImportingError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case source, destination, object, request }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The source does not hold what its layout demands.
    public static let source = Code(.source)
    /// The destination holds something else, or cannot be written.
    public static let destination = Code(.destination)
    /// A mask does not hold the object that was asked for.
    public static let object = Code(.object)
    /// The request contradicts itself.
    public static let request = Code(.request)
  }

  /// The kind of failure.
  public let code: Code
  /// What, where and what to do, in one sentence for the user.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// A failure of kind `code`; `message` says what, where and what to do.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    (self.code, self.message, self.cause) = (code, message, cause)
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
