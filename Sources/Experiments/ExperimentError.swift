import Jobs

/// What is wrong with a configuration, a dataset descriptor or a plan.
public struct ExperimentError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case syntax, key, value, plan }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The text is not YAML or JSON.
    public static let syntax = Code(.syntax)
    /// A key is unknown, missing or given twice.
    public static let key = Code(.key)
    /// A value has the wrong type or is out of range.
    public static let value = Code(.value)
    /// The configuration and the data sets do not go together.
    public static let plan = Code(.plan)
  }

  /// The kind of failure.
  public let code: Code
  /// File, line, key, what is wrong and what is expected.
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
