import Foundation
import Synchronization
import Testing

/// The built programs, and folders to run them in.
enum Programs {
  /// Where this test was built, and so the programs: `.build/release` or `.build/debug`.
  static let folder: URL = {
    var folder = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
    // The test bundle lies in that folder; a helper that loads it is named with its path.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? folder.path
    folder = URL(filePath: bundle).standardizedFileURL.deletingLastPathComponent()
    return folder
  }()

  static var dipper: URL { folder.appending(path: "dipper") }
  static var worker: URL { folder.appending(path: "dipper-worker") }

  /// A fresh folder.
  static func scratch() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// A program that was started, and what it has said so far.
final class Running: Sendable {
  private let process: Process
  private let said = Mutex(Data())
  private let finished = DispatchSemaphore(value: 0)

  /// - Parameter environment: variables besides those of this process.
  init(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws {
    process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    Thread.detachNewThread { self.listen(to: pipe.fileHandleForReading) }
  }

  private func listen(to pipe: FileHandle) {
    while true {
      let chunk = pipe.availableData
      if chunk.isEmpty { break }
      said.withLock { $0.append(chunk) }
    }
    finished.signal()
  }

  var pid: Int32 { process.processIdentifier }
  var output: String { said.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Where a coordinator has said that it listens.
  func endpoint() throws -> String {
    let word = try #require(output.split(separator: " ").first { $0.hasPrefix("tcp://127") })
    return word.trimmingCharacters(in: CharacterSet(charactersIn: ","))
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for the end; the exit status (128 + signal where a signal ended it).
  @discardableResult
  func status(within seconds: Double = 180) throws -> Int32 {
    try wait("the end of \(process.arguments ?? [])", within: seconds) { !self.process.isRunning }
    finished.wait()
    finished.signal()
    let isSignal = process.terminationReason == .uncaughtSignal
    return process.terminationStatus + (isSignal ? 128 : 0)
  }

  /// Waits until the program has said `text`.
  func waitFor(_ text: String, within seconds: Double = 120) throws {
    try wait("`\(text)` in:\n\(output)", within: seconds) {
      self.output.contains(text) || !self.process.isRunning
    }
    #expect(output.contains(text), "the program ended without saying it: \(output)")
  }

  deinit { if process.isRunning { kill(pid, SIGKILL) } }
}

/// Waits for a state; what was waited for is in the error.
func wait(_ what: String, within seconds: Double, until condition: () -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: seconds)
  while !condition() {
    guard Date() < deadline else { throw Overdue(what: what) }
    usleep(5_000)
  }
}

struct Overdue: Error, CustomStringConvertible {
  let what: String
  var description: String { "waited in vain for \(what)" }
}

/// Runs a program to its end.
func outcome(
  _ program: URL, _ arguments: [String], environment: [String: String] = [:]
) throws -> (status: Int32, output: String) {
  let running = try Running(program, arguments, environment: environment)
  let status = try running.status()
  return (status, running.output)
}
