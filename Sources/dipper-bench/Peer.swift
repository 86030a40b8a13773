import Foundation

/// A Python process that does the same work: for every line that it is sent it works once and answers
/// with a line of JSON, numbers by name.
final class Peer {
  private let process = Process()
  private let requests = Pipe()
  private let answers: UnsafeMutablePointer<FILE>
  private let name: String

  /// Starts it and waits until it is ready, which it says by a first line.
  init(_ python: URL, _ arguments: [String]) throws {
    let output = Pipe()
    name = arguments.joined(separator: " ")
    process.executableURL = python
    process.arguments = arguments
    process.standardInput = requests
    process.standardOutput = output
    guard let stream = fdopen(dup(output.fileHandleForReading.fileDescriptor), "r") else {
      throw BenchmarkError("no stream for \(name)")
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

  /// Has it work once; what it found.
  func work(_ request: String = "go") throws -> [String: Double] {
    try requests.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
    return try answer()
  }

  /// Has it work once; the seconds that it took by its own clock.
  func seconds() throws -> Double {
    guard let seconds = try work()["seconds"] else {
      throw BenchmarkError("\(name) did not say how long it took")
    }
    return seconds
  }

  private func answer() throws -> [String: Double] {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    guard getline(&line, &capacity, answers) > 0, let line else {
      throw BenchmarkError("\(name) ended without an answer; its message is above")
    }
    return try JSONDecoder().decode([String: Double].self, from: Data(String(cString: line).utf8))
  }
}
