import Blobs
import Errors
import Foundation
import Jobs
import Scheduling
import Segmentation

/// A run of one attempt on the compute thread, from reading its blobs to its result.
struct AttemptRun {
  let lease: Lease
  let cache: BlobFolder
  let clock: MonotonicClock
  let computation: Computation
  let fingerprint: [String: String]
  let logTail: LogTail?
  /// The shortest time between two progress reports.
  let progressInterval: Duration
  /// Returns the instruction for the attempt. It is called after every event of the computation.
  let control: () -> Control
  let report: @Sendable (WorkerInput) -> Void
  let checkpoints: CheckpointWriter

  /// Runs the computation, reporting progress and checkpoints.
  ///
  /// - Returns: the input that tells the worker's loop how the attempt ended.
  func run(_ meter: inout PeakMemoryMeter) -> WorkerInput {
    let attempt = lease.attempt
    guard control() == .proceed else { return .stimulus(.stopped(attempt)) }
    do {
      let (result, products) = try result(&meter)
      return .computed(attempt, result, products: products)
    } catch let error as DipperError where error.code == .jobStopped {
      return .stimulus(.stopped(attempt))
    } catch let error as DipperError where error.code == .blobStorageFailed {
      report(.stimulus(.incapacitated(reason: "\(error)")))
      return .stimulus(.stopped(attempt))
    } catch {
      let failure = JobFailure(
        message: "\(error)", isTransient: isTransient(error), log: logTail?.lines)
      return .stimulus(.computationFailed(attempt, failure))
    }
  }

  /// Returns the result and the bytes of its outputs by digest. The bytes stay in memory because
  /// they are sent only once; the coordinator stores them.
  private func result(
    _ meter: inout PeakMemoryMeter
  ) throws -> (JobResult, products: [Digest: Data]) {
    let start = clock()
    meter.begin(at: start)
    let made = try compute()
    var products: [Digest: Data] = [:]
    let outputs = made.products.map { product in
      let blob = BlobReference(digest: Digest(of: product.bytes), size: product.bytes.count)
      products[blob.digest] = product.bytes
      return JobOutput(role: product.role, blob: blob, seconds: product.duration / .seconds(1))
    }
    let end = clock()
    let result = JobResult(
      outputs: outputs, metrics: made.metrics, seconds: (end - start) / .seconds(1),
      peakMemory: meter.end(at: end), fingerprint: fingerprint)
    return (result, products)
  }

  private func compute() throws -> JobProducts {
    let checkpoint = try lease.checkpoint.map { try cache.get($0.blob.digest) }
    let inputs = try inputs()
    var lastReport: Duration?
    let end = Result {
      try computation(lease.job, inputs, checkpoint) { event in
        try handle(event, lastReport: &lastReport)
        return control()
      }
    }
    // The last checkpoint must be reported before the end of the attempt, even if the attempt
    // failed.
    try checkpoints.finish()
    return try end.get()
  }

  private func inputs() throws -> JobBlobs {
    var inputs: [Digest: Data] = [:]
    for digest in lease.job.inputs.flatMap({ [$0.image, $0.markers] }) where inputs[digest] == nil {
      inputs[digest] = try cache.get(digest)
    }
    return JobBlobs(inputs: inputs, weights: try lease.weights.map { try cache.get($0.digest) })
  }

  private func handle(_ event: JobEvent, lastReport: inout Duration?) throws {
    switch event {
    case .progress(let progress):
      let now = clock()
      if let lastReport, now - lastReport < progressInterval { return }
      lastReport = now
      report(.stimulus(.progressed(lease.attempt, progress)))
    case .checkpoint(let step, let encoded):
      let attempt = lease.attempt
      try checkpoints.write(encoded) { [report] blob in
        report(.stimulus(.checkpointed(attempt, Checkpoint(step: step, blob: blob))))
      }
    }
  }

  /// Returns true if another attempt could succeed, and false if the job or its inputs are the
  /// cause of the error.
  private func isTransient(_ error: any Error) -> Bool {
    (error as? DipperError)?.isPermanent != true
  }
}
