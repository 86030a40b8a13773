import Blobs
import Errors
import Foundation
import Jobs
import Logging
import Messaging
import Scheduling
import Segmentation
import TestTraits
import Worker

/// Runs a worker in this process against a scripted coordinator. Needs the trait `temporaryFolder`.
struct WorkerHarness {
  let folder = TemporaryFolder.url

  var coordinatorBlobs: URL { folder.appending(path: "blobs") }

  func cache() throws -> BlobFolder { try BlobFolder(at: folder.appending(path: "cache")) }

  func coordinator() throws -> ScriptedCoordinator {
    try ScriptedCoordinator(blobs: coordinatorBlobs)
  }

  /// Returns a coordinator whose ports stay free after its end: the system assigns no ports below
  /// 32,768 on its own.
  func restartableCoordinator() throws -> ScriptedCoordinator {
    var last: (any Error)?
    for _ in 0..<64 {
      let endpoint = try Endpoint(parsing: "tcp://127.0.0.1:\(Int.random(in: 10_000..<16_000) * 2)")
      do {
        return try ScriptedCoordinator(blobs: coordinatorBlobs, at: endpoint)
      } catch { last = error }
    }
    throw last ?? CancellationError()
  }

  /// Creates a worker of the coordinator at `endpoint`.
  func worker(
    of endpoint: Endpoint, connectTimeout: Duration = .seconds(30), logTail: LogTail? = nil,
    computing computation: @escaping Computation
  ) throws -> WorkerRuntime {
    var options = WorkerOptions(
      coordinator: endpoint.description, cache: folder.appending(path: "cache"))
    options.connectTimeout = connectTimeout
    options.logTail = logTail
    return try WorkerRuntime(
      options, fingerprint: ["libtorch": "none"], suffix: 7, computation: computation,
      clock: uptime, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs a worker while `script` plays its coordinator.
  ///
  /// - Parameters:
  ///   - coordinator: the coordinator; a new one by default.
  ///   - logTail: the lines that the worker's failures carry.
  /// - Returns: the exit status of the worker.
  func run(
    coordinator: ScriptedCoordinator? = nil, logTail: LogTail? = nil,
    computing computation: @escaping Computation,
    script: (inout ScriptedCoordinator, WorkerRuntime) async throws -> Void
  ) async throws -> Int32 {
    var coordinator = try coordinator ?? self.coordinator()
    let worker = try worker(
      of: coordinator.messenger.endpoint, logTail: logTail, computing: computation)
    async let status = worker.run()
    do { try await script(&coordinator, worker) } catch {
      // A second interruption ends the worker at once, so that the test fails and does not hang.
      worker.interrupt()
      worker.interrupt()
      coordinator.messenger.close()
      throw error
    }
    let end = await status
    coordinator.messenger.close()
    return end
  }
}

/// Returns a mask that consists of the bytes of the job's image.
let copying: Computation = { job, blobs, _, _ in
  let bytes = job.inputs.compactMap { blobs.inputs[$0.image] }.reduce(Data(), +)
  return JobProducts(
    products: [JobProduct(role: .mask(case: 0), bytes: bytes, duration: .seconds(0.5))],
    metrics: ["cases": 1])
}

/// Takes steps until it is told to stop, and obeys as the trainer does.
let endless: Computation = { _, _, checkpoint, emit in
  var step = checkpoint.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
  while true {
    step += 1
    let control = try emit(.progress(JobProgress(step: step, total: .max, metrics: [:])))
    if control == .checkpointAndStop {
      _ = try emit(.checkpoint(step: step, encoded: { [step] in Data(String(step).utf8) }))
    }
    if control != .proceed { throw DipperError(.jobStopped, "stopped after step \(step)") }
    usleep(1000)
  }
}
