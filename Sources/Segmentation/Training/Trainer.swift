import Errors
import Foundation
import Jobs
import Torch

/// Minimises an objective by Adam, one step an epoch on all cases, from the start or from a
/// checkpoint.
///
/// A training that was stopped and resumed gives the same bits as an undisturbed one: all state is
/// in the checkpoint, and randomness is a function of the epoch.
struct Trainer {
  private let training: TrainingParameters
  private let objective: any Objective
  private let optimiser: Adam
  private let step: AdamStep
  private let stopping: (any EarlyStopping)?
  private let checkpoint: TrainingCheckpoint

  /// Makes the trainer of a job.
  ///
  /// - Parameters:
  ///   - objective: function to be minimised.
  ///   - job: name of the job, which is stored in checkpoints.
  ///   - training: number of epochs, learning rate and stopping rule.
  ///   - device: device of the objective's networks.
  init(
    _ objective: any Objective, job: JobID, training: TrainingParameters, on device: Device
  ) throws {
    self.objective = objective
    self.training = training
    optimiser = try Adam(objective.parameters, rate: training.learningRate, on: device)
    step = try AdamStep(objective, optimiser: optimiser, on: device)
    stopping = try training.stopping?.start(on: objective)
    checkpoint = TrainingCheckpoint(
      job: job, epochs: training.epochs, optimiser: optimiser,
      state: objective.parameters + objective.buffers + optimiser.moments
        + (stopping?.state ?? []))
  }

  /// Trains to the last epoch, or until a rule stops the training.
  ///
  /// - Parameters:
  ///   - bytes: checkpoint of the same job, or nil.
  ///   - now: present time on a monotonic clock.
  ///   - emit: called with every event; its answer is obeyed before the next step.
  /// - Returns: the curve of all epochs, including those before the checkpoint, and the last
  ///   metrics: `loss`, `energy` and `fit`, equation (49); with a rule also the number of `epochs`,
  ///   and `result_epoch`, the epoch of the result.
  /// - Throws: `DipperError` of code `jobStopped`, `checkpointInvalid` or `computationFailed`.
  func run(
    from bytes: Data?, now: () -> Duration, emit: (JobEvent) throws -> Control
  ) throws -> (metrics: [String: Double], curve: TrainingCurve) {
    var curve = try bytes.map(checkpoint.restore) ?? TrainingCurve()
    var metrics: [String: Double] = [:]
    var pacing = CheckpointPacing(
      every: training.checkpointEvery, from: optimiser.stepCount, at: now())
    var isOver = false
    while optimiser.stepCount < training.epochs, !isOver {
      let epoch = try takeStep()
      metrics = epoch.metrics
      isOver = epoch.isOver
      let done = optimiser.stepCount
      curve.append(TrainingCurve.Point(epoch: done, metrics: metrics))
      let control = try emit(
        .progress(JobProgress(step: done, total: training.epochs, metrics: metrics)))
      // There is nothing left to stop after the last epoch.
      guard !isOver, done < training.epochs else { break }
      try obey(control, curve: curve, pacing: &pacing, now: now, emit: emit)
    }
    return (try finished(metrics), curve)
  }

  /// Emits a checkpoint if one is due or requested, and stops if the caller answered so.
  private func obey(
    _ control: Control, curve: TrainingCurve, pacing: inout CheckpointPacing,
    now: () -> Duration, emit: (JobEvent) throws -> Control
  ) throws {
    let done = optimiser.stepCount
    let time = now()
    if control == .checkpointAndStop
      || pacing.isDue(after: done, of: training.epochs, at: time)
    {
      _ = try emit(.checkpoint(step: done, encoded: checkpoint.encoder(curve)))
      pacing.checkpointMade(from: time, to: now())
    }
    guard control == .proceed else {
      throw DipperError(.jobStopped, "stopped after epoch \(done)")
    }
  }

  private func takeStep() throws -> (metrics: [String: Double], isOver: Bool) {
    let values = try step.take()
    let epoch = optimiser.stepCount
    guard values.loss.isFinite else {
      throw DipperError(
        .computationFailed,
        "the loss is \(values.loss) at epoch \(epoch); try a smaller learning rate")
    }
    // equation (49)
    let fit = objective.lowestEnergy < 0 ? values.dataTerm / objective.lowestEnergy : 0
    let isOver = try stopping?.isOver(after: epoch, fit: fit, output: values.output) ?? false
    return (["loss": values.loss, "energy": values.dataTerm, "fit": fit], isOver)
  }

  /// Returns the metrics of the result; a stopping rule may take the result from an earlier epoch.
  private func finished(_ metrics: [String: Double]) throws -> [String: Double] {
    guard let stopping else { return metrics }
    var metrics = metrics
    let result = try stopping.finish() ?? optimiser.stepCount
    metrics["epochs"] = Double(optimiser.stepCount)
    metrics["result_epoch"] = Double(result)
    return metrics
  }
}

extension TrainingCurve.Point {
  fileprivate init(epoch: Int, metrics: [String: Double]) {
    let value: (String) -> Float = { Float(metrics[$0] ?? 0) }
    self.init(epoch: epoch, loss: value("loss"), energy: value("energy"), fit: value("fit"))
  }
}
