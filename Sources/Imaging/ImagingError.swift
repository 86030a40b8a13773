/// An error that says what is wrong with an image, mask, marker set or volume.
public struct ImagingError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure; later versions may add kinds.
  public struct Code: Hashable, Sendable {
    private enum Kind { case unreadable, unwritable, malformed, unsupported, mismatch, markers }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// A file cannot be opened or read.
    public static let unreadable = Code(.unreadable)
    /// A file cannot be written, for example because the disk is full or a permission is missing.
    public static let unwritable = Code(.unwritable)
    /// The bytes violate their format: they are truncated or damaged.
    public static let malformed = Code(.malformed)
    /// The file is valid, but its data type or dimension is not supported.
    public static let unsupported = Code(.unsupported)
    /// Two images, masks or volumes that must share a grid do not.
    public static let mismatch = Code(.mismatch)
    /// A marker set cannot be used: it has too few points, no area, or points outside the image.
    public static let markers = Code(.markers)
  }

  /// The kind of this failure.
  public let code: Code
  /// One sentence for the user that says what failed, where, and what to do.
  public let message: String
  /// The error that caused this one, or nil.
  public let cause: (any Error)?

  /// Creates an error of kind `code`; `message` says what failed, where, and what to do.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, followed by the description of its cause.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
