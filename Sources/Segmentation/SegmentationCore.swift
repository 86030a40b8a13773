import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// The segmentation core: runs one job in one process, cluster or not.
public enum SegmentationCore {
  /// Carries out a job on the calling thread.
  ///
  /// - Parameters:
  ///   - blobs: the bytes that the job names.
  ///   - checkpoint: bytes of an earlier `JobEvent.checkpoint` of the same job, or nil.
  ///   - now: seconds on a monotonic clock.
  ///   - emit: told of every event; its answer is obeyed before the next step.
  /// - Throws: `DipperError`; of code `jobStopped` when `emit` said so; whatever `emit` throws.
  public static func run(
    _ job: Job, blobs: JobBlobs, from checkpoint: Data?, now: () -> Double,
    emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    do {
      return try TorchRuntime.configured(
        threads: job.numerics.threads,
        allowsTF32: job.numerics.precision == .tensorFloat32
      ) {
        let cases = try job.inputs.enumerated().map { index, input in
          try PreparedCase(
            image: bytes(input.image, blobs), markers: bytes(input.markers, blobs),
            name: "\(index + 1)", preparation: job.preparation, energy: job.energy)
        }
        guard !cases.isEmpty else { throw DipperError(.jobInvalid, "the job has no case") }
        return try job.method.implementation.run(
          job, on: cases, weights: blobs.weights, from: checkpoint, now: now, emit: emit)
      }
    } catch let error as DipperError where error.code == .gpuMemoryExhausted {
      throw DipperError(
        .deviceUnavailable,
        "the GPU has not enough memory for \(job.method.rawValue): put fewer workers on it, or take "
          + "a smaller training.fits_per_job, preparation.size or network.dip_width", cause: error)
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.computationFailed, "\(job.method.rawValue) failed", cause: error)
    } catch let error as DipperError where error.domain == .imaging {
      throw DipperError(.caseUnusable, "\(job.method.rawValue) failed", cause: error)
    }
  }

  private static func bytes(_ digest: Digest, _ blobs: JobBlobs) throws -> Data {
    guard let bytes = blobs.inputs[digest] else {
      throw DipperError(.jobInvalid, "the bytes of input \(digest.short) are not here")
    }
    return bytes
  }
}
