import Foundation
import Jobs
import Variational

/// One of the seven methods. A method is one file and one line in the registry.
///
/// `run` is synchronous, stays on the caller's thread, draws all randomness from the job's seed and
/// can be stopped between steps.
public protocol SegmentationMethod {
  /// Carries out `job`, of a kind that the method has, on `cases` (in the order of `job.inputs`).
  ///
  /// - Parameters:
  ///   - weights: a VM Net's safetensors, for `predict`.
  ///   - checkpoint: bytes of an earlier `JobEvent.checkpoint` of the same job, or nil.
  ///   - now: seconds on a monotonic clock.
  ///   - emit: told of every event; its answer is obeyed before the next step.
  /// - Throws: `DipperError`; of code `jobStopped` when `emit` said so; whatever `emit` throws.
  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts
}
