import ArgumentParser
import Foundation
import Logging
import Messaging
import Segmentation
import Worker

/// A worker whose jobs do nothing: all that is measured is what hands them out.
struct IdleWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "idle-worker", shouldDisplay: false)

  @Argument var coordinator: String
  @Argument var keys: String
  @Argument var cache: String
  @Argument var credit: Int

  func run() async throws {
    var options = WorkerOptions(coordinator: coordinator, cache: URL(filePath: cache))
    options.keys = try KeyFolder(URL(filePath: keys)).workerKeys()
    options.credit = credit
    var log = Logger(label: "worker")
    log.logLevel = .warning
    let worker = try WorkerRuntime(
      options, passport: [:], suffix: .random(in: 0 ... .max),
      computation: { _, _, _, _ in JobProducts(products: [], metrics: [:]) }, clock: { now() },
      log: log)
    guard await worker.run() == 0 else { throw BenchmarkError("a worker without jobs failed") }
  }
}
