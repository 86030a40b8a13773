import Errors
import Foundation
import Subprocess
import SystemPackage

/// A program that runs until it ends by itself.
///
/// Subprocess runs it because Foundation's `Process.waitUntilExit` polls: on the main thread it
/// returns up to 50 ms late, a tenth of what `StartTime` measures.
struct ExternalProgram {
  let program: URL
  let arguments: [String]

  /// Largest standard output in bytes.
  private static let outputLimit = 1 << 26

  /// Runs the program; it shares the standard error of this process.
  ///
  /// - Parameter input: bytes for its standard input.
  /// - Returns: its standard output.
  /// - Throws: `DipperError` of code `benchmarkFailed` if it ends with another status than 0, and
  ///   `SubprocessError` if it cannot be started.
  @discardableResult
  func run(input: Data = Data()) async throws -> Data {
    let result = try await Subprocess.run(
      .path(FilePath(program.path)), arguments: Arguments(arguments), input: .data(input),
      output: .data(limit: Self.outputLimit), error: .currentStandardError)
    guard result.terminationStatus.isSuccess else {
      throw DipperError(
        .benchmarkFailed,
        "\(program.path) \(arguments.joined(separator: " ")) ended with "
          + "\(result.terminationStatus); its message is above")
    }
    return result.standardOutput
  }
}
