/// What went wrong with stored bytes.
public struct BlobError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case missing, damaged, storage }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// No such blob.
    public static let missing = Code(.missing)
    /// The bytes do not have the digest that they are stored under.
    public static let damaged = Code(.damaged)
    /// The folder cannot be read or written: a full disk, no permission.
    public static let storage = Code(.storage)
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
