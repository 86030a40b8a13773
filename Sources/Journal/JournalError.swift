/// Why the journal could not be opened, written or read.
public struct JournalError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind {
      case full, inaccessible, damaged, newer, older, inUse, otherExperiment, failed
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The disk is full; what was recorded before is safe.
    public static let full = Code(.full)
    /// No folder, no permission, a read-only file system, a failing disk.
    public static let inaccessible = Code(.inaccessible)
    /// The file is no journal, or one whose content cannot be trusted.
    public static let damaged = Code(.damaged)
    /// An earlier release wrote the file in a form that this one does not read.
    public static let older = Code(.older)
    /// A later release wrote the file.
    public static let newer = Code(.newer)
    /// Another process has the folder open.
    public static let inUse = Code(.inUse)
    /// The folder belongs to an experiment of another name.
    public static let otherExperiment = Code(.otherExperiment)
    /// Anything else that the database said.
    public static let failed = Code(.failed)
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
