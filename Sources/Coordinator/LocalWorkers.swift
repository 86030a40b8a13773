import Foundation
import Logging
import Messaging
import Synchronization

/// Worker processes of this machine, for `dipper run`: started, and started again when they die.
public final class LocalWorkers: Sendable {
  private struct State {
    var running: [Int: Process] = [:]
    var isStopping = false
    var restarts = 0
  }

  private let state: Mutex<State>
  private let executable: URL
  private let arguments: [String]
  private let logs: URL
  private let logger: Logger
  private let mostRestarts: Int

  /// - Parameters:
  ///   - executable: `dipper-worker`.
  ///   - endpoint: where the coordinator listens.
  ///   - cache: folder of the workers' blobs.
  ///   - logs: folder of `worker-N.log`.
  /// - Throws: `CoordinatorError` of code `workers` or `state`.
  public init(
    executable: URL, endpoint: Endpoint, cache: URL, logs: URL, logger: Logger,
    mostRestarts: Int = 20
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
      "--connect", endpoint.description, "--cache", cache.path, "--exit-with-parent",
    ]
    (self.logs, self.logger, self.mostRestarts) = (logs, logger, mostRestarts)
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

  private func ended(_ number: Int, _ process: Process) {
    let mayRestart = state.withLock { state in
      state.running[number] = nil
      guard !state.isStopping, process.terminationStatus != 0 || wasKilled(process) else {
        return false
      }
      state.restarts += 1
      return state.restarts <= mostRestarts
    }
    guard mayRestart else { return }
    logger.warning(
      "worker \(number) ended with status \(process.terminationStatus); starting another",
      metadata: ["log": "\(logs.appending(path: "worker-\(number).log").path)"])
    do { try start(number: number) } catch { logger.error("\(error)") }
  }

  private func wasKilled(_ process: Process) -> Bool {
    process.terminationReason == .uncaughtSignal
  }
}
