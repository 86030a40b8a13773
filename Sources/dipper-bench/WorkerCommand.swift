import ArgumentParser
import Foundation
import Logging
import Messaging
import Worker

/// A worker that is real but for what it computes.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  @Argument var part: WorkerPart
  @Argument var coordinator: String
  @Argument var keys: String
  @Argument var cache: String
  @Argument var credit: Int

  func run() async throws {
    var options = WorkerOptions(coordinator: coordinator, cache: URL(filePath: cache))
    options.keys = try KeyFolder(URL(filePath: keys)).workerKeys()
    options.credit = credit
    options.progressInterval = .seconds(part.progressInterval)
    var log = Logger(label: "worker")
    log.logLevel = .warning
    let worker = try WorkerRuntime(
      options, fingerprint: [:], suffix: .random(in: 0 ... .max), computation: part.computation,
      clock: { .seconds(now()) }, log: log)
    guard await worker.run() == 0 else { throw BenchmarkError("a worker failed: \(part)") }
    // As `dipper-worker` ends: without LibTorch's farewell.
    fflush(nil)
    _exit(0)
  }
}
