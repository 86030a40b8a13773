import Errors
import Foundation
import Messaging

/// A coordinator process that a scenario attacks.
final class TargetCoordinator {
  let endpoint: Endpoint
  let keys: KeyFolder
  private let process: Process
  private let logFile: URL

  /// Starts a coordinator of a one-method experiment that accepts only workers with keys.
  ///
  /// - Parameters:
  ///   - dipper: the program `dipper`.
  ///   - folder: receives the configuration, the run directory and the log.
  init(_ dipper: URL, in folder: URL, keys: KeyFolder) throws {
    let configuration = folder.appending(path: "attack.yaml")
    try Self.configuration.write(to: configuration, atomically: true, encoding: .utf8)
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
    process.standardError = log
    process.standardOutput = log
    try process.run()
    endpoint = try Self.endpoint(in: logFile, of: process)
  }

  private static let configuration = """
    name: attack
    datasets:
      - phantom: {kind: chest, size: 64, train: 2, test: 2}
    methods: [TV]
    preparation: {size: 64}
    """

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
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    throw DipperError(.attackFailed, "the coordinator did not start; its log: \(text)")
  }

  /// The lines that the coordinator has logged so far.
  var log: [String] {
    ((try? String(contentsOf: logFile, encoding: .utf8)) ?? "").split(separator: "\n").map(
      String.init)
  }

  /// Resident memory in bytes.
  var memory: Int {
    let path = "/proc/\(process.processIdentifier)/statm"
    let fields = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: " ")
    return (fields?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
  }

  /// The largest resident memory so far in bytes.
  var peakMemory: Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let peak = lines.first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: \.isWhitespace)
    return (peak?.dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// Asks the coordinator to end with SIGTERM and waits.
  ///
  /// - Returns: its exit status, or 128 and the signal's number if a signal ended it.
  func end() -> Int32 {
    if process.isRunning { kill(process.processIdentifier, SIGTERM) }
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return process.terminationStatus + (isSignal ? 128 : 0)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
