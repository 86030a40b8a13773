import Foundation

/// A program that is run to its end.
struct ExternalProgram {
  let program: URL
  let arguments: [String]

  /// Runs the program; its standard error is this process's.
  ///
  /// - Parameter input: bytes for its standard input, at most what a pipe holds.
  /// - Returns: its standard output.
  /// - Throws: `BenchmarkError` if it ends with another status than 0.
  @discardableResult
  func run(input: Data? = nil) throws -> Data {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    let inputPipe = input.map { _ in Pipe() }
    if let inputPipe { process.standardInput = inputPipe }
    try process.run()
    if let inputPipe, let input {
      try inputPipe.fileHandleForWriting.write(contentsOf: input)
      try inputPipe.fileHandleForWriting.close()
    }
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError(
        "\(program.path) \(arguments.joined(separator: " ")) ended with status "
          + "\(process.terminationStatus); its message is above")
    }
    return answer
  }
}
