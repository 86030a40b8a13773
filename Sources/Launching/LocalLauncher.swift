import Errors
import Foundation
import Jobs
import Logging
import Synchronization

/// A launcher that starts worker processes on this machine for `dipper run`, and replaces those
/// that die.
public final class LocalLauncher: WorkerLauncher {
  private struct State {
    var running: [Int: Process] = [:]
    var started = 0
    var isStopping = false
    var restarts = 0
    var failure: String?
  }

  private let state = Mutex(State())
  private let executable: URL
  private let arguments: [String]
  private let logs: URL
  private let logger: Logger
  private let maximumRestarts: Int
  private let lostAttempts: @Sendable () -> Int
  private let onDeath: @Sendable (_ worker: String, _ reason: String) -> Void
  private let onLastExit: @Sendable () -> Void

  /// Prepares to start workers.
  ///
  /// - Parameters:
  ///   - executable: the program `dipper-worker`.
  ///   - address: the address of the coordinator, `tcp://HOST:PORT`.
  ///   - numerics: the numeric mode of the workers.
  ///   - cache: the folder of the workers' blob cache.
  ///   - logs: the folder of the files `worker-N.log`.
  ///   - logger: writes the log.
  ///   - maximumRestarts: the number of times that a worker that died is replaced, for all workers
  ///     together, beyond those that died with an attempt.
  ///   - lostAttempts: returns the number of attempts that were lost with workers. A job is not tried
  ///     without end, so their workers are always replaced.
  ///   - onDeath: called with the beginning of the name of a worker that died, and the way in which it
  ///     did.
  ///   - onLastExit: called when the last worker has failed and is not replaced. `failure` then
  ///     gives the reason.
  /// - Throws: `DipperError` of code `workersUnavailable`.
  public init(
    executable: URL, address: String, numerics: NumericMode, cache: URL, logs: URL,
    logger: Logger, maximumRestarts: Int = 20,
    lostAttempts: @escaping @Sendable () -> Int = { 0 },
    onDeath: @escaping @Sendable (_ worker: String, _ reason: String) -> Void = { _, _ in },
    onLastExit: @escaping @Sendable () -> Void
  ) throws {
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw DipperError(
        .workersUnavailable,
        "\(executable.path) is not there; build it with `swift build -c release`")
    }
    do {
      try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    } catch {
      throw DipperError(
        .workersUnavailable, "cannot create the folder \(logs.path)", cause: error)
    }
    self.executable = executable
    self.logs = logs
    self.logger = logger
    self.maximumRestarts = maximumRestarts
    self.lostAttempts = lostAttempts
    self.onDeath = onDeath
    self.onLastExit = onLastExit
    arguments = [
      "--connect", address, "--cache", cache.path, "--numerics", numerics.rawValue,
      "--exit-with-parent",
    ]
  }

  /// Starts `count` additional workers.
  ///
  /// - Throws: `DipperError` of code `workersUnavailable`.
  public func start(_ count: Int) throws {
    for _ in 0..<count {
      let number = state.withLock { state in
        state.started += 1
        return state.started
      }
      try start(number: number)
    }
  }

  /// Starts no further workers, waits for the running ones to leave, and kills those that are still
  /// running after `grace`.
  public func stop(grace: Duration) {
    let running = state.withLock { state in
      state.isStopping = true
      return Array(state.running.values)
    }
    let deadline = ContinuousClock.now + grace
    for process in running {
      while process.isRunning && ContinuousClock.now < deadline { usleep(10_000) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }

  /// The reason why the last worker failed, with the last lines of its log, or nil.
  public var failure: String? { state.withLock(\.failure) }

  private func start(number: Int) throws {
    let process = Process()
    let log = try? openLog(of: number)
    process.executableURL = executable
    process.arguments = arguments + ["--name", Self.name(of: number)]
    process.standardOutput = log ?? FileHandle.nullDevice
    process.standardError = log ?? FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    process.terminationHandler = { [weak self] process in self?.handleExit(of: number, process) }
    do { try process.run() } catch {
      throw DipperError(.workersUnavailable, "cannot start \(executable.path)", cause: error)
    }
    state.withLock { $0.running[number] = process }
  }

  /// The beginning of a worker's name; the worker adds its process number and a random number.
  private static func name(of number: Int) -> String {
    "\(ProcessInfo.processInfo.hostName)-\(number)"
  }

  private static func logName(of number: Int) -> String { "worker-\(number).log" }

  private func logFile(of number: Int) -> URL { logs.appending(path: Self.logName(of: number)) }

  /// Opens a worker's log to append to it.
  private func openLog(of number: Int) throws -> FileHandle {
    let file = logFile(of: number)
    if !FileManager.default.fileExists(atPath: file.path) {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    let log = try FileHandle(forWritingTo: file)
    try log.seekToEnd()
    return log
  }

  private func handleExit(of number: Int, _ process: Process) {
    let exit = WorkerExit(process)
    let log = logFile(of: number)
    let isRestarted = state.withLock { state in
      state.running[number] = nil
      guard !state.isStopping, case .died = exit else { return false }
      state.restarts += 1
      return state.restarts <= maximumRestarts + lostAttempts()
    }
    if case .died(let how) = exit {
      onDeath(Self.name(of: number), "its process \(how); its log is \(Self.logName(of: number))")
    }
    if isRestarted {
      logger.warning(
        "worker \(number) \(exit); starting another", metadata: ["log": "\(log.path)"])
      do { return try start(number: number) } catch { logger.error("\(error)") }
    }
    if exit != .dismissed {
      recordFailure("worker \(number) \(exit): \(lastLines(of: log))")
    }
  }

  private func recordFailure(_ reason: String) {
    let isLast = state.withLock { state in
      guard !state.isStopping, state.running.isEmpty else { return false }
      state.failure = reason
      return true
    }
    if isLast { onLastExit() }
  }
}

/// Returns the last three lines of a log, because the reason for a failure is rarely in the last
/// line alone.
private func lastLines(of log: URL) -> String {
  let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
  let lines = text.split(separator: "\n").suffix(3)
  return lines.isEmpty ? "its log is empty" : lines.map { "\n  \($0)" }.joined()
}
