import Errors
import Foundation
import Jobs
import Torch

/// The checkpoints of a training. They are safetensors files of parameters, buffers, Adam's
/// moments, the state of the stopping rule and the curve so far, `(epochs, 3)`, with the job and
/// the epoch as text.
struct TrainingCheckpoint {
  private static let format = "dipper.checkpoint.1"
  private static let curveName = "curve"

  let job: JobID
  /// Number of epochs of the whole training.
  let epochs: Int
  let optimiser: Adam
  /// All tensors that a checkpoint holds.
  let state: [NamedTensor]

  /// Copies the present state and returns a function that encodes the copy on any thread.
  ///
  /// Only the copying delays the next step.
  func encoder(_ curve: TrainingCurve) throws -> @Sendable () -> Data {
    let snapshots = try state.map { try TensorSnapshot($0) }
    let metadata = [
      "format": Self.format, "job": job.description, "epoch": "\(optimiser.stepCount)",
    ]
    return {
      var file = Safetensors(metadata: metadata)
      file.insert(snapshots)
      file.entries[Self.curveName] = Safetensors.Entry(
        shape: [curve.points.count, 3], values: curve.values)
      return file.encoded()
    }
  }

  /// Restores the state of a checkpoint.
  ///
  /// - Returns: the curve up to the checkpoint; its first epochs are missing if the checkpoint was
  ///   made by a release that recorded no curves.
  /// - Throws: `DipperError` of code `checkpointInvalid`.
  func restore(_ bytes: Data) throws -> TrainingCurve {
    let file: Safetensors
    do { file = try Safetensors(decoding: bytes) } catch {
      throw invalid("the checkpoint cannot be read", cause: error)
    }
    guard file.metadata["format"] == Self.format, file.metadata["job"] == job.description
    else { throw invalid("the checkpoint belongs to another job") }
    guard let epoch = file.metadata["epoch"].flatMap({ Int($0) }), (0...epochs).contains(epoch)
    else { throw invalid("the checkpoint does not say its epoch") }
    do { try file.restore(state) } catch {
      throw invalid("the checkpoint does not fit the job's networks", cause: error)
    }
    let values = file.entries[Self.curveName]?.values ?? []
    guard let curve = TrainingCurve(values: values, upTo: epoch) else {
      throw invalid("the checkpoint's curve has another length than its epochs")
    }
    try optimiser.resume(at: epoch)
    return curve
  }

  private func invalid(_ message: String, cause: (any Error)? = nil) -> DipperError {
    DipperError(.checkpointInvalid, message, cause: cause)
  }
}
