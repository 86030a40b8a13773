import Foundation

/// Prints a result on standard output, where nothing may be lost without a word: `print` does not
/// notice a full disk. A reader who has gone (`| head`) has had what it wanted.
///
/// - Throws: `OutputError` of code `unwritable`.
func emit(_ text: String, terminator: String = "\n") throws {
  var rest = Data((text + terminator).utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno == EPIPE {
      return
    } else if errno != EINTR {
      throw OutputError(
        .unwritable,
        "standard output takes no more (\(String(cString: strerror(errno)))): what was printed is "
          + "not whole; make room, and ask again")
    }
  }
}

/// Why results could not be printed.
struct OutputError: Error, CustomStringConvertible {
  /// The kind of failure; new kinds may be added.
  struct Code: Hashable {
    private enum Kind { case unwritable }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// Standard output is closed, or its disk full.
    static let unwritable = Code(.unwritable)
  }

  /// The kind of failure.
  let code: Code
  /// What, where and what to do, for the user.
  let message: String
  /// The error beneath, if there is one.
  let cause: (any Error)?

  /// A failure of kind `code`.
  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    (self.code, self.message, self.cause) = (code, message, cause)
  }

  /// The message, followed by its cause.
  var description: String { cause.map { "\(message): \($0)" } ?? message }
}
