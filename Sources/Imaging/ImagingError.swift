/// What went wrong with an image, mask or marker set.
public struct ImagingError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case unreadable, unwritable, malformed, unsupported, mismatch, markers }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The file cannot be opened or read.
    public static let unreadable = Code(.unreadable)
    /// The file cannot be written: no folder, no permission, a full disk.
    public static let unwritable = Code(.unwritable)
    /// The bytes are not what the format demands: truncated, damaged.
    public static let malformed = Code(.malformed)
    /// A valid file of a kind that is not handled: a data type, a dimension.
    public static let unsupported = Code(.unsupported)
    /// Two things that must share a grid do not.
    public static let mismatch = Code(.mismatch)
    /// The marker set cannot be used: too few points, no area, outside the image.
    public static let markers = Code(.markers)
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
