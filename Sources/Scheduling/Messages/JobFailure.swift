import Jobs

/// The reason why an attempt failed.
public struct JobFailure: Hashable, Sendable, Codable {
  /// The cause, in one sentence for the user.
  public var message: String
  /// True if another attempt may succeed; false for a cause that stays, such as bad input.
  public var isTransient: Bool
  /// The last lines of the worker's log, oldest first, or nil if the worker keeps none.
  public var log: [String]?
  /// Creates the reason why an attempt failed.
  public init(message: String, isTransient: Bool, log: [String]? = nil) {
    self.message = message
    self.isTransient = isTransient
    self.log = log
  }
}
