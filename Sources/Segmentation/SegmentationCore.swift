import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// Runs one job in one process, with or without a cluster.
public enum SegmentationCore {
  /// Computes a job on the calling thread.
  ///
  /// - Parameters:
  ///   - job: The job to compute.
  ///   - blobs: The blobs that the job names.
  ///   - checkpoint: The bytes of an earlier `JobEvent.checkpoint` of the same job, or nil.
  ///   - now: The present time on a monotonic clock.
  ///   - emit: Receives every event; its answer is obeyed before the next step.
  /// - Throws: `DipperError`, of code `jobStopped` if `emit` answered so; or an error of `emit`.
  public static func run(
    _ job: Job, blobs: JobBlobs, from checkpoint: Data?, now: () -> Duration,
    emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    do {
      return try TorchRuntime.configured(
        threads: job.numerics.threads,
        allowsTF32: job.precision == .tensorFloat32
      ) {
        let cases = try job.inputs.enumerated().map { index, input in
          try PreparedCase(
            image: bytes(of: input.image, in: blobs), markers: bytes(of: input.markers, in: blobs),
            name: "\(index + 1)", preparation: job.basis.preparation, energy: job.basis.energy,
            variation: job.variation)
        }
        guard !cases.isEmpty else { throw DipperError(.jobInvalid, "the job has no case") }
        return try run(
          job, on: cases, weights: blobs.weights, from: checkpoint, now: now, emit: emit)
      }
    } catch let error as DipperError where error.code == .gpuMemoryExhausted {
      throw DipperError(
        .deviceUnavailable,
        "the GPU has not enough memory for \(job.method): put fewer workers on it, or take "
          + "a smaller training.fits_per_job, preparation.size or network.dip_width", cause: error)
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.computationFailed, "\(job.method) failed", cause: error)
    } catch let error as DipperError where error.domain == .imaging {
      throw DipperError(.caseUnusable, "\(job.method) failed", cause: error)
    }
  }

  private static func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Duration, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    switch job {
    case .train(let training):
      return try training.run(
        id: job.id, on: cases, from: checkpoint, now: now, emit: emit)
    case .predict(let prediction):
      guard let weights else {
        throw DipperError(.jobInvalid, "the weights of the prediction are not here")
      }
      return try prediction.run(on: cases, weights: weights, now: now, emit: emit)
    case .fit(let fit):
      return try fit.run(id: job.id, on: cases, from: checkpoint, now: now, emit: emit)
    case .solve(let solve):
      return try solve.run(on: cases[0], now: now, emit: emit)
    }
  }

  private static func bytes(of digest: Digest, in blobs: JobBlobs) throws -> Data {
    guard let bytes = blobs.inputs[digest] else {
      throw DipperError(.jobInvalid, "the bytes of input \(digest.short) are not here")
    }
    return bytes
  }
}

extension Job {
  /// The precision of the job's networks in training; float32 for a job that trains none.
  fileprivate var precision: TrainingPrecision {
    switch self {
    case .train(let job): job.precision
    case .fit(let job): job.precision
    case .predict, .solve: .float32
    }
  }

  /// The regulariser that needs an edge detector, if the job has one.
  fileprivate var variation: EdgeWeightedVariation? {
    guard case .train(let job) = self, case .regularised(let variation) = job.loss else {
      return nil
    }
    return variation
  }
}
