import Blobs
import Dispatch
import Errors
import Foundation
import Jobs
import Logging
import Messaging
import Scheduling
import Segmentation
import Worker

/// A folder for the blobs of both sides, and workers that run in this process.
struct Workshop {
  let folder: URL

  init() {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  }

  func clean() { try? FileManager.default.removeItem(at: folder) }

  var coordinatorBlobs: URL { folder.appending(path: "blobs") }

  func cache() throws -> BlobFolder { try BlobFolder(at: folder.appending(path: "cache")) }

  func coordinator() throws -> ScriptedCoordinator {
    try ScriptedCoordinator(blobs: coordinatorBlobs)
  }

  /// A coordinator whose ports stay free after its end: the system gives none below 32,768 to
  /// those who ask for any.
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

  /// A worker of the coordinator at `endpoint`.
  func worker(
    of endpoint: Endpoint, patience: Double = 30, logTail: LogTail? = nil,
    computing computation: @escaping Computation
  ) throws -> WorkerRuntime {
    var options = WorkerOptions(
      coordinator: endpoint.description, cache: folder.appending(path: "cache"))
    (options.connectTimeout, options.logTail) = (patience, logTail)
    return try WorkerRuntime(
      options, fingerprint: ["libtorch": "none"], suffix: 7, computation: computation,
      clock: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 },
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}

/// Makes of a job a mask that is its image's bytes.
let copying: Computation = { job, blobs, _, _ in
  let bytes = job.inputs.compactMap { blobs.inputs[$0.image] }.reduce(Data(), +)
  return JobProducts(
    products: [JobProduct(role: .mask(case: 0), bytes: bytes, seconds: 0.5)],
    metrics: ["cases": 1])
}

/// Takes steps until it is told to stop, and obeys like the trainer.
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
