import Foundation
import Messaging

/// A coordinator's process that is going to be attacked.
final class Besieged {
  let endpoint: Endpoint
  let keys: KeyFolder
  private let process: Process
  private let logFile: URL

  /// Starts a coordinator of one experiment that demands keys, in `folder`.
  init(_ dipper: URL, in folder: URL, keys: KeyFolder) throws {
    let configuration = folder.appending(path: "siege.yaml")
    try """
    name: siege
    datasets:
      - phantom: {kind: chest, size: 64, train: 2, test: 2}
    methods: [TV]
    preparation: {size: 64}
    """.write(to: configuration, atomically: true, encoding: .utf8)
    logFile = folder.appending(path: "coordinator.log")
    _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
    let log = try FileHandle(forWritingTo: logFile)
    self.keys = keys
    process = Process()
    process.executableURL = dipper
    process.arguments = [
      "coordinator", configuration.path, "--state", folder.appending(path: "state").path,
      "--listen", "tcp://127.0.0.1:*", "--keys", keys.folder.path,
    ]
    (process.standardError, process.standardOutput) = (log, log)
    try process.run()
    endpoint = try Self.endpoint(in: logFile, of: process)
  }

  private static func endpoint(in log: URL, of process: Process) throws -> Endpoint {
    for _ in 0..<2000 where process.isRunning {
      let text = try String(contentsOf: log, encoding: .utf8)
      if text.contains("already done"),
        let word = text.split(separator: " ").first(where: { $0.hasPrefix("tcp://") })
      {
        return try Endpoint(parsing: String(word.dropLast()))
      }
      usleep(10_000)
    }
    throw SiegeError(
      description: "no coordinator: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
  }

  /// What it has said so far.
  var log: [String] {
    ((try? String(contentsOf: logFile, encoding: .utf8)) ?? "").split(separator: "\n").map(
      String.init)
  }

  /// Bytes of memory that it holds.
  var memory: Int {
    let path = "/proc/\(process.processIdentifier)/statm"
    let fields = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: " ")
    return (fields?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
  }

  /// Bytes of memory that it has held at most.
  var peakMemory: Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let peak = lines.first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: \.isWhitespace)
    return (peak?.dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// Asks it to end; its exit status, or 128 and more where it had crashed.
  func end() -> Int32 {
    if process.isRunning { kill(process.processIdentifier, SIGTERM) }
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return process.terminationStatus + (isSignal ? 128 : 0)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}

/// A siege that could not begin.
public struct SiegeError: Error, CustomStringConvertible {
  /// What went wrong.
  public let description: String
}
