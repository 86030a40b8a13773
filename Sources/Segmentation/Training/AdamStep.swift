import Torch

/// A step of training: the gradients of the loss, and Adam, equation (48).
///
/// On a GPU the step is captured as a graph after a few steps, and replayed from then on.
final class AdamStep {
  /// Number of steps on a GPU before the graph is captured. The first step may differ from the
  /// others, and the library sets up each kernel in its first runs.
  private static let warmUpSteps = 3

  private let objective: any Objective
  private let optimiser: Adam
  private let graph: CUDAGraph?
  private var taken = 0
  private var captured: ObjectiveValues?

  /// Makes the step of an objective.
  ///
  /// - Parameters:
  ///   - objective: function to be minimised.
  ///   - optimiser: optimiser of the objective's parameters.
  ///   - device: device of the objective's networks and of the optimiser.
  init(_ objective: any Objective, optimiser: Adam, on device: Device) throws {
    self.objective = objective
    self.optimiser = optimiser
    if case .cuda(let index) = device {
      graph = try CUDAGraph(gpu: index)
    } else {
      graph = nil
    }
  }

  /// Takes the optimiser's next step and returns the objective's values before that step.
  func take() throws -> (loss: Double, dataTerm: Double, output: Tensor) {
    try objective.prepare(epoch: optimiser.stepCount)
    defer { taken += 1 }
    let values: ObjectiveValues
    if let graph {
      values = try take(on: graph)
      // The CPU draws the next noise while the GPU computes.
      objective.prefetch(epoch: optimiser.stepCount)
    } else {
      values = try step()
      optimiser.countStep()
    }
    // Reading the values comes last, because it waits for all work that was submitted to the GPU.
    return (Double(try values.total.item()), Double(try values.dataTerm.item()), values.output)
  }

  private func take(on graph: CUDAGraph) throws -> ObjectiveValues {
    defer { optimiser.countStep() }
    if taken < Self.warmUpSteps { return try graph.warmUp(step) }
    let values = try captured ?? graph.capture(step)
    captured = values
    try graph.replay()
    return values
  }

  private func step() throws -> ObjectiveValues {
    try optimiser.clearGradients()
    let values = try objective.loss()
    try values.total.backward()
    try optimiser.step()  // equation (48)
    return values
  }
}
