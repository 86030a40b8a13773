import Variational

/// Why a job could not be carried out.
public struct SegmentationError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case stopped, input, checkpoint, numerics, device, job }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The caller's `Control` said so: not a failure.
    public static let stopped = Code(.stopped)
    /// An image or marker file of the job cannot be used; no other attempt would end otherwise.
    public static let input = Code(.input)
    /// The checkpoint is damaged or belongs to another job.
    public static let checkpoint = Code(.checkpoint)
    /// A value that is not a number, a library failure, memory.
    public static let numerics = Code(.numerics)
    /// The job's networks are to be where this process cannot compute; another might.
    public static let device = Code(.device)
    /// The job itself makes no sense: a parameter missing or out of range.
    public static let job = Code(.job)
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

extension SegmentationError {
  /// Makes an error of code `input` of a case that could not be prepared.
  init(_ error: PreparationError) { self.init(.input, error.message, cause: error.cause) }
}
