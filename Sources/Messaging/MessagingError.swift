/// Why two processes cannot talk.
public struct MessagingError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case endpoint, inUse, unavailable, identity, keys, resources }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The text is no endpoint.
    public static let endpoint = Code(.endpoint)
    /// Another process listens there.
    public static let inUse = Code(.inUse)
    /// The machine has no such address, or the port may not be used.
    public static let unavailable = Code(.unavailable)
    /// A name that cannot be a routing id.
    public static let identity = Code(.identity)
    /// Keys that are missing, malformed or open to others.
    public static let keys = Code(.keys)
    /// The system gives no more sockets or memory.
    public static let resources = Code(.resources)
  }

  /// The kind of failure.
  public let code: Code
  /// What, where and what to do, in one sentence for the user.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// A failure of kind `code`; `message` says what, where and what to do.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
