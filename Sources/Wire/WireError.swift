/// Why some bytes are not a message.
public struct WireError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case version, malformed, limit, digest }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The sender speaks another version of the protocol.
    public static let version = Code(.version)
    /// The bytes are no message, or one without something that it must have.
    public static let malformed = Code(.malformed)
    /// Something is longer, larger, smaller or more than `WireLimits` allows.
    public static let limit = Code(.limit)
    /// A job's bytes are not those that its name promises.
    public static let digest = Code(.digest)
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong with which part of the message.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// A failure of kind `code`; `message` says what is wrong with which part.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
