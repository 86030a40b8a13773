import Blobs
import Errors
import Foundation
import Jobs
import Scheduling
import Segmentation

/// One attempt from its blobs to its result, on the compute thread.
struct AttemptRun {
  let lease: Lease
  let cache: BlobFolder
  let clock: MonotonicClock
  let computation: Computation
  let fingerprint: [String: String]
  let logTail: LogTail?
  /// Seconds between two reports of progress, at least.
  let progressInterval: Double
  /// What the attempt is to do now; asked after every event.
  let control: () -> Control
  let report: @Sendable (Occurrence) -> Void
  /// Writes its checkpoints.
  let checkpoints: CheckpointWriter

  /// Runs, reports on the way, and returns how it ended.
  func run(_ meter: inout PeakMeter) -> Occurrence {
    let attempt = lease.attempt
    guard control() == .proceed else { return .stimulus(.stopped(attempt)) }
    do {
      let (result, products) = try result(&meter)
      return .computed(attempt, result, products)
    } catch let error as DipperError where error.code == .jobStopped {
      return .stimulus(.stopped(attempt))
    } catch let error as BlobError where error.code == .storage {
      report(.stimulus(.incapacitated(reason: "\(error)")))
      return .stimulus(.stopped(attempt))
    } catch {
      let failure = JobFailure(
        message: "\(error)", isTransient: isTransient(error), log: logTail?.lines)
      return .stimulus(.computationFailed(attempt, failure))
    }
  }

  /// What the attempt leaves. Its bytes stay in memory: they are sent once, and the coordinator keeps
  /// them.
  private func result(_ meter: inout PeakMeter) throws -> (JobResult, products: [Digest: Data]) {
    let start = clock()
    meter.begin(at: start)
    let checkpoint = try lease.checkpoint.map { try cache.get($0.blob.digest) }
    let inputs = try inputs()
    var lastReport = -Double.infinity
    let end = Result {
      try computation(lease.job, inputs, checkpoint) { event in
        try pass(event, &lastReport)
        return control()
      }
    }
    // However it ended: the last checkpoint is told of first.
    try checkpoints.finish()
    let made = try end.get()
    var products: [Digest: Data] = [:]
    let outputs = made.products.map { product in
      let blob = BlobReference(digest: Digest(of: product.bytes), size: product.bytes.count)
      products[blob.digest] = product.bytes
      return JobOutput(role: product.role, blob: blob, seconds: product.seconds)
    }
    let now = clock()
    let result = JobResult(
      outputs: outputs, metrics: made.metrics, seconds: now - start,
      peakMemory: meter.end(at: now), fingerprint: fingerprint)
    return (result, products)
  }

  private func inputs() throws -> JobBlobs {
    var inputs: [Digest: Data] = [:]
    for digest in lease.job.inputs.flatMap({ [$0.image, $0.markers] }) where inputs[digest] == nil {
      inputs[digest] = try cache.get(digest)
    }
    return JobBlobs(inputs: inputs, weights: try lease.weights.map { try cache.get($0.digest) })
  }

  private func pass(_ event: JobEvent, _ lastReport: inout Double) throws {
    switch event {
    case .progress(let progress):
      let now = clock()
      guard now - lastReport >= progressInterval else { return }
      lastReport = now
      report(.stimulus(.progressed(lease.attempt, progress)))
    case .checkpoint(let step, let encoded):
      let (attempt, report) = (lease.attempt, report)
      try checkpoints.write(encoded) { blob in
        report(.stimulus(.checkpointed(attempt, Checkpoint(step: step, blob: blob))))
      }
    }
  }

  /// True if another attempt could succeed, which it cannot if the job or its inputs are at fault.
  private func isTransient(_ error: any Error) -> Bool {
    (error as? DipperError)?.isPermanent != true
  }
}
