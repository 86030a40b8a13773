/// An error that says what is wrong with the scores, tables or drawings of an experiment.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure; later versions may add kinds.
  public struct Code: Hashable, Sendable {
    private enum Kind { case mismatch, duplicate, value }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// Two masks or images that must share a grid differ in size.
    public static let mismatch = Code(.mismatch)
    /// Something that may be given only once is given twice.
    public static let duplicate = Code(.duplicate)
    /// A value is out of range or refers to something unknown.
    public static let value = Code(.value)
  }

  /// The kind of this failure.
  public let code: Code
  /// One sentence for the user that says what failed, where, and what was expected.
  public let message: String
  /// The error that caused this one, or nil.
  public let cause: (any Error)?

  /// Creates an error of kind `code`.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the description of its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
