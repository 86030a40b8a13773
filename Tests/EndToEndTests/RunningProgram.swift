import Foundation
import Synchronization
import Testing

/// A program that was started, and the text that it has written so far.
final class RunningProgram: Sendable {
  private let process: Process
  private let written = Mutex(Data())
  private let finished = DispatchSemaphore(value: 0)

  /// - Parameter environment: variables that are added to those of this process.
  init(_ program: URL, arguments: [String], environment: [String: String]) throws {
    process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    Thread.detachNewThread { self.read(pipe.fileHandleForReading) }
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  private func read(_ pipe: FileHandle) {
    while true {
      let chunk = pipe.availableData
      if chunk.isEmpty { break }
      written.withLock { $0.append(chunk) }
    }
    finished.signal()
  }

  /// The text written to standard output and standard error so far.
  var output: String { written.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Returns the loopback endpoint that a coordinator has announced.
  func endpoint() throws -> String {
    let word = try #require(output.split(separator: " ").first { $0.hasPrefix("tcp://127") })
    return word.trimmingCharacters(in: CharacterSet(charactersIn: ","))
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end of the program.
  ///
  /// - Returns: the exit status, or 128 and the signal's number if a signal ended the program.
  /// - Throws: `TimeoutError` if the program runs longer.
  @discardableResult
  func status(within limit: Duration = .seconds(180)) throws -> Int32 {
    try wait(for: "the end of \(process.arguments ?? [])", within: limit) {
      !self.process.isRunning
    }
    finished.wait()
    finished.signal()
    let isSignal = process.terminationReason == .uncaughtSignal
    return process.terminationStatus + (isSignal ? 128 : 0)
  }

  /// Waits until the program has written `text`.
  ///
  /// - Throws: `TimeoutError` if it does not do so within 120 seconds.
  func waitFor(_ text: String) throws {
    try wait(for: "`\(text)` in:\n\(output)", within: .seconds(120)) {
      self.output.contains(text) || !self.process.isRunning
    }
    #expect(output.contains(text), "the program ended without writing it: \(output)")
  }
}

/// Waits until a condition holds.
///
/// - Parameter event: names the condition in the error.
/// - Throws: `TimeoutError` if it does not hold within `limit`.
func wait(for event: String, within limit: Duration, until condition: () -> Bool) throws {
  let deadline = ContinuousClock.now + limit
  while !condition() {
    guard ContinuousClock.now < deadline else { throw TimeoutError(event: event) }
    usleep(5_000)
  }
}

/// An event that a test waited for did not happen in time.
struct TimeoutError: Error, CustomStringConvertible {
  let event: String
  var description: String { "timed out waiting for \(event)" }
}
