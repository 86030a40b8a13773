import Foundation
import Testing

/// A program that tests run as a process.
struct Program {
  let url: URL

  init(_ url: URL) { self.url = url }
  init(path: String) { url = URL(filePath: path) }

  static let dipper = Program(folder.appending(path: "dipper"))
  static let worker = Program(folder.appending(path: "dipper-worker"))

  /// The folder into which the tests and the programs are built, `.build/release` or `.build/debug`.
  static let folder: URL = {
    // The test bundle lies in that folder; a helper that loads it gets its path as an argument.
    let arguments = CommandLine.arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(filePath: bundle).standardizedFileURL.deletingLastPathComponent()
  }()

  /// Runs the program to its end.
  ///
  /// - Parameter environment: variables that are added to those of this process.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ProgramOutcome {
    let running = try start(arguments, environment: environment)
    let status = try running.status()
    return ProgramOutcome(status: status, output: running.output)
  }

  /// Runs the program to its end.
  func run(_ arguments: String...) throws -> ProgramOutcome { try run(arguments) }

  /// Starts the program and returns at once.
  ///
  /// - Parameter environment: variables that are added to those of this process.
  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try RunningProgram(url, arguments: arguments, environment: environment)
  }
}

/// The end of a program.
struct ProgramOutcome {
  /// Exit status, or 128 and the signal's number if a signal ended the program.
  let status: Int32
  /// Text that was written to standard output and standard error.
  let output: String
}
