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

/// Prints a result on standard output and fails if it cannot be written completely; `print` does not
/// notice a full disk. A reader that has closed the pipe, such as `head`, has read what it wanted.
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

/// Tells the user something that is not a result, on standard error. That may be closed or on a full
/// disk, which is not a reason to stop; `FileHandle.write(_:)` would end the process.
func say(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}
