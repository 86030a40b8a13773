import Errors
import Foundation

extension DipperError.Domain {
  /// Errors of the command line.
  static let commandLine = Self("command-line")
}

extension DipperError.Code {
  /// A file or standard output cannot be written.
  static let outputUnwritable = Self(.commandLine, name: "output-unwritable")
}

/// Prints a result on standard output, and fails if it cannot be written completely, which `print`
/// would not notice. A pipe whose reader has closed it, as `head` does, is not an error.
///
/// - Throws: `DipperError` of code `outputUnwritable`.
func emit(_ text: String, terminator: String = "\n") throws {
  var rest = Data((text + terminator).utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno == EPIPE {
      return
    } else if errno != EINTR {
      throw DipperError(
        .outputUnwritable,
        "standard output takes no more (\(String(cString: strerror(errno)))), so the result is "
          + "incomplete; free some space and run the command again")
    }
  }
}

/// Prints a message that is not a result on standard error. Errors of the write are ignored, for
/// instance on a full disk; `FileHandle.write(_:)` would end the process.
func say(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}
