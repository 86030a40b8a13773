import Foundation
import Jobs
import Logging
import Messaging
import Synchronization

/// Worker processes of this machine, for `dipper run`: started, and started again when they die.
public final class LocalWorkers: Sendable {
  private struct State {
    var running: [Int: Process] = [:]
    var isStopping = false
    var restarts = 0
    var lastWords: String?
  }

  private let state: Mutex<State>
  private let executable: URL
  private let arguments: [String]
  private let logs: URL
  private let logger: Logger
  private let mostRestarts: Int
  private let whenNoneIsLeft: @Sendable () -> Void

  /// - Parameters:
  ///   - executable: `dipper-worker`.
  ///   - endpoint: where the coordinator listens.
  ///   - numerics: how they compute.
  ///   - cache: folder of the workers' blobs.
  ///   - logs: folder of `worker-N.log`.
  ///   - whenNoneIsLeft: called once when all have ended of themselves and none is started again;
  ///     `lastWords` then says why.
  /// - Throws: `CoordinatorError` of code `workers` or `state`.
  public init(
    executable: URL, endpoint: Endpoint, numerics: NumericMode, cache: URL, logs: URL,
    logger: Logger,
    mostRestarts: Int = 20, whenNoneIsLeft: @escaping @Sendable () -> Void
  ) throws {
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw CoordinatorError(
        .workers, "\(executable.path) is not there; build it with `swift build -c release`")
    }
    do {
      try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    } catch {
      throw CoordinatorError(.state, "cannot make the folder \(logs.path)", cause: error)
    }
    self.executable = executable
    arguments = [
      "--connect", endpoint.description, "--cache", cache.path, "--numerics", numerics.rawValue,
      "--exit-with-parent",
    ]
    (self.logs, self.logger, self.mostRestarts) = (logs, logger, mostRestarts)
    self.whenNoneIsLeft = whenNoneIsLeft
    state = Mutex(State())
  }

  /// Starts `count` workers.
  ///
  /// - Throws: `CoordinatorError` of code `workers`.
  public func start(_ count: Int) throws {
    for number in 1...max(1, count) { try start(number: number) }
  }

  /// Starts no more; kills those that are still there after `patience` seconds.
  public func stop(patience: Double) {
    let running = state.withLock { state in
      state.isStopping = true
      return Array(state.running.values)
    }
    let deadline = Date(timeIntervalSinceNow: patience)
    for process in running {
      while process.isRunning && Date() < deadline { usleep(10_000) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }

  private func start(number: Int) throws {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    let log = logs.appending(path: "worker-\(number).log")
    if !FileManager.default.fileExists(atPath: log.path) {
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    }
    let output = try? FileHandle(forWritingTo: log)
    _ = try? output?.seekToEnd()
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = output ?? FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    process.terminationHandler = { [weak self] process in self?.ended(number, process) }
    do { try process.run() } catch {
      throw CoordinatorError(.workers, "cannot start \(executable.path)", cause: error)
    }
    state.withLock { $0.running[number] = process }
  }

  /// Why the last of them ended, where none is left that should be; with the end of its log.
  public var lastWords: String? { state.withLock(\.lastWords) }

  private func ended(_ number: Int, _ process: Process) {
    let end = End(process)
    let log = logs.appending(path: "worker-\(number).log")
    let mayRestart = state.withLock { state in
      state.running[number] = nil
      guard !state.isStopping, end != .dismissed else { return false }
      state.restarts += end == .unable ? 0 : 1
      return end != .unable && state.restarts <= mostRestarts
    }
    if mayRestart {
      logger.warning(
        "worker \(number) \(end); starting another", metadata: ["log": "\(log.path)"])
      do { return try start(number: number) } catch { logger.error("\(error)") }
    }
    if end != .dismissed { noteAbsence("worker \(number) \(end): \(lastLines(of: log))") }
  }

  private func noteAbsence(_ words: String) {
    let isLast = state.withLock { state in
      guard !state.isStopping, state.running.isEmpty else { return false }
      state.lastWords = words
      return true
    }
    if isLast { whenNoneIsLeft() }
  }
}

/// How a worker's process ended.
private enum End: Equatable, CustomStringConvertible {
  /// There was nothing more to do.
  case dismissed
  /// It cannot work here, and no other one could: status 2.
  case unable
  /// Anything else: another one may fare better.
  case died(String)

  init(_ process: Process) {
    if process.terminationReason == .uncaughtSignal {
      self = .died("was ended by signal \(process.terminationStatus)")
    } else {
      switch process.terminationStatus {
      case 0: self = .dismissed
      case 2: self = .unable
      case let status: self = .died("ended with status \(status)")
      }
    }
  }

  var description: String {
    switch self {
    case .dismissed: "was dismissed"
    case .unable: "cannot work here"
    case .died(let how): how
    }
  }
}

/// The last lines of a file, each on a line of its own: the reason is rarely the very last.
private func lastLines(of log: URL) -> String {
  let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
  let lines = text.split(separator: "\n").suffix(3)
  return lines.isEmpty ? "its log is empty" : lines.map { "\n  \($0)" }.joined()
}
