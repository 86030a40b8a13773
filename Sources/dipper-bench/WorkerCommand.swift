import ArgumentParser
import Errors
import Foundation
import Logging
import Messaging
import Worker

/// Runs a real worker whose jobs compute a workload of the benchmarks.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  @Argument var workload: Workload
  @Argument var coordinator: String
  @Argument var keys: String
  @Argument var cache: String
  @Argument var credit: Int

  func run() async throws {
    var options = WorkerOptions(coordinator: coordinator, cache: URL(filePath: cache))
    options.keys = try KeyFolder(URL(filePath: keys)).workerKeys()
    options.credit = credit
    options.progressInterval = workload.progressInterval
    var log = Logger(label: "worker")
    log.logLevel = .warning
    let worker = try WorkerRuntime(
      options, fingerprint: [:], suffix: .random(in: 0 ... .max),
      computation: workload.computation, clock: uptime, log: log)
    guard await worker.run() == 0 else {
      throw DipperError(
        .benchmarkFailed, "a worker of the workload \(workload) failed; its message is above")
    }
    // As in dipper-worker, LibTorch's globals must not be destroyed while the compute thread runs.
    fflush(nil)
    _exit(0)
  }
}
