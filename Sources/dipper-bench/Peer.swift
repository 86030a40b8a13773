import Errors
import Foundation

/// A Python process that does the same work as Dipper.
///
/// For every line on its standard input the peer does its work once and answers with a line of
/// JSON, an object of numbers by name.
final class Peer {
  private let process = Process()
  private let requests = Pipe()
  private let answers: UnsafeMutablePointer<FILE>
  private let name: String

  /// Starts the process and waits for its first line, which says that it is ready.
  init(_ python: URL, arguments: [String]) throws {
    let output = Pipe()
    name = arguments.joined(separator: " ")
    process.executableURL = python
    process.arguments = arguments
    process.standardInput = requests
    process.standardOutput = output
    guard let stream = fdopen(dup(output.fileHandleForReading.fileDescriptor), "r") else {
      throw DipperError(
        .benchmarkFailed, "cannot read the output of \(name): \(String(cString: strerror(errno)))")
    }
    answers = stream
    try process.run()
    _ = try answer()
  }

  deinit {
    fclose(answers)
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Makes the peer work once and returns its answer.
  func work(_ request: String = "go") throws -> [String: Double] {
    try requests.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
    return try answer()
  }

  /// Makes the peer work once and returns the time that it took by the peer's own clock.
  func time(_ request: String = "go") throws -> Duration {
    guard let seconds = try work(request)["seconds"] else {
      throw DipperError(.benchmarkFailed, "\(name) did not answer with `seconds`")
    }
    return .seconds(seconds)
  }

  private func answer() throws -> [String: Double] {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, answers) > 0, let line else {
      throw DipperError(.benchmarkFailed, "\(name) ended without an answer; its message is above")
    }
    return try JSONDecoder().decode([String: Double].self, from: Data(String(cString: line).utf8))
  }
}
