/// What is wrong with what is to be scored, tabulated or drawn.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case mismatch, duplicate, value }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// Two things that must share a grid do not.
    public static let mismatch = Code(.mismatch)
    /// Something is given twice that must be given once.
    public static let duplicate = Code(.duplicate)
    /// A value is out of range or names something unknown.
    public static let value = Code(.value)
  }

  /// The kind of failure.
  public let code: Code
  /// What, where and what is expected, in one sentence for the user.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// A failure of kind `code`.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
