import Errors
import Foundation
import Jobs
import Torch

/// Fits an objective by Adam, one step an epoch on all cases, from the start or from a checkpoint.
///
/// A run that was stopped and continued gives the same bits as an undisturbed one: all state is in
/// the checkpoint, and randomness is a function of the epoch.
struct Trainer {
  private let job: JobID
  private let training: TrainingParameters
  private let objective: any Objective
  private let optimiser: Adam
  private let step: TrainingStep
  private let stopping: (any EarlyStopping)?

  /// - Parameter device: where the objective's networks are.
  init(
    _ objective: any Objective, job: JobID, training: TrainingParameters, on device: Device
  ) throws {
    (self.objective, self.job, self.training) = (objective, job, training)
    optimiser = try Adam(objective.parameters, rate: training.learningRate, on: device)
    step = try TrainingStep(objective, optimiser, on: device)
    stopping = try training.stopping?.start(on: objective)
  }

  /// Trains to the last epoch, or to where a rule stops it.
  ///
  /// - Returns: the curve of all epochs, those before the checkpoint too, and the last metrics: `loss`,
  ///   `energy` and `fit`, the energy's share of its lower bound; with a rule also `epochs`, how many
  ///   there were, and `result_epoch`, that of the result.
  /// - Throws: `DipperError` of code `jobStopped`, `checkpointInvalid` or `computationFailed`.
  func run(
    from checkpoint: Data?, now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> (metrics: [String: Double], curve: TrainingCurve) {
    var curve = try checkpoint.map(restore) ?? TrainingCurve()
    var metrics: [String: Double] = [:]
    var pacing = CheckpointPacing(
      every: training.checkpointEvery, from: optimiser.stepCount, at: now())
    var isOver = false
    while optimiser.stepCount < training.epochs, !isOver {
      (metrics, isOver) = try takeStep()
      let done = optimiser.stepCount
      curve.append(TrainingCurve.Point(epoch: done, metrics))
      let control = try emit(
        .progress(JobProgress(step: done, total: training.epochs, metrics: metrics)))
      let time = now()
      // Nothing is left to stop after the last epoch.
      guard !isOver, done < training.epochs else { break }
      if control == .checkpointAndStop
        || pacing.isDue(after: done, of: training.epochs, at: time)
      {
        _ = try emit(.checkpoint(step: done, encoded: encoder(curve)))
        pacing.left(from: time, to: now())
      }
      guard control == .proceed else { throw stopped(after: done) }
    }
    guard let stopping else { return (metrics, curve) }
    let result = try stopping.finish() ?? optimiser.stepCount
    metrics["epochs"] = Double(optimiser.stepCount)
    metrics["result_epoch"] = Double(result)
    return (metrics, curve)
  }

  private func takeStep() throws -> (metrics: [String: Double], isOver: Bool) {
    let (loss, energy, output) = try step.take()
    guard loss.isFinite else {
      throw DipperError(
        .computationFailed,
        "the loss is \(loss) at epoch \(optimiser.stepCount); try a smaller learning rate")
    }
    let fit = objective.lowestEnergy < 0 ? energy / objective.lowestEnergy : 0
    let isOver = try stopping?.isOver(after: optimiser.stepCount, fit: fit, output: output) ?? false
    return (["loss": loss, "energy": energy, "fit": fit], isOver)
  }

  private func stopped(after epoch: Int) -> DipperError {
    DipperError(.jobStopped, "stopped after epoch \(epoch)")
  }
}

extension TrainingCurve.Point {
  fileprivate init(epoch: Int, _ metrics: [String: Double]) {
    let value: (String) -> Float = { Float(metrics[$0] ?? 0) }
    self.init(epoch: epoch, loss: value("loss"), energy: value("energy"), fit: value("fit"))
  }
}

// Checkpoints: safetensors with parameters, buffers, Adam's moments, the curve so far, `(epochs, 3)`,
// and the epoch as text.
extension Trainer {
  private static let curveName = "curve"

  private var state: [NamedTensor] {
    objective.parameters + objective.buffers + optimiser.moments + (stopping?.state ?? [])
  }

  /// What makes a file of the present state: here it is only copied, since the next step has to wait.
  private func encoder(_ curve: TrainingCurve) throws -> @Sendable () -> Data {
    let stored = try state.map { try TensorSnapshot($0) }
    let metadata = [
      "format": "dipper.checkpoint.1", "job": job.description, "epoch": "\(optimiser.stepCount)",
    ]
    return {
      var file = Safetensors(metadata: metadata)
      file.insert(stored)
      file.entries[Self.curveName] = Safetensors.Entry(
        shape: [curve.points.count, 3], values: curve.values)
      return file.encoded()
    }
  }

  /// - Returns: the curve up to there; without what a checkpoint from before there were curves lacks.
  private func restore(_ bytes: Data) throws -> TrainingCurve {
    let file: Safetensors
    do { file = try Safetensors(decoding: bytes) } catch {
      throw DipperError(.checkpointInvalid, "the checkpoint cannot be read", cause: error)
    }
    guard file.metadata["format"] == "dipper.checkpoint.1", file.metadata["job"] == job.description
    else { throw DipperError(.checkpointInvalid, "the checkpoint belongs to another job") }
    guard let epoch = file.metadata["epoch"].flatMap({ Int($0) }),
      (0...training.epochs).contains(epoch)
    else { throw DipperError(.checkpointInvalid, "the checkpoint does not say its epoch") }
    do { try file.restore(state) } catch {
      throw DipperError(.checkpointInvalid, "the checkpoint does not fit", cause: error)
    }
    let values = file.entries[Self.curveName]?.values ?? []
    guard let curve = TrainingCurve(values: values, upTo: epoch) else {
      throw DipperError(.checkpointInvalid, "the checkpoint's curve has another length")
    }
    try optimiser.resume(at: epoch)
    return curve
  }
}
