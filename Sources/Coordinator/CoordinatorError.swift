/// Why an experiment cannot be set up or reported.
public struct CoordinatorError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case configuration, data, state, workers, job }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The configuration file cannot be read.
    public static let configuration = Code(.configuration)
    /// Images, masks or markers cannot be used.
    public static let data = Code(.data)
    /// The state folder is missing, damaged or cannot be written.
    public static let state = Code(.state)
    /// Worker processes cannot be started.
    public static let workers = Code(.workers)
    /// No job, or more than one, is meant.
    public static let job = Code(.job)
  }

  /// The kind of failure.
  public let code: Code
  /// What, where and what to do, for the user.
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
