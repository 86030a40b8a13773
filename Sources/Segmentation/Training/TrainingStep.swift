import Torch

/// A step of training: the gradients of the loss, and Adam.
///
/// On a GPU it is recorded once it has been taken a few times, and from then on replayed.
final class TrainingStep {
  /// Steps of a run that are taken piece by piece on a GPU: the first may be unlike the others, and
  /// the library makes its tables for each kernel.
  private static let rehearsals = 3

  private let objective: any Objective
  private let optimiser: Adam
  private let graph: CUDAGraph?
  private var taken = 0
  private var recorded: ObjectiveValues?

  /// - Parameter device: where the objective's networks and the optimiser are.
  init(_ objective: any Objective, _ optimiser: Adam, on device: Device) throws {
    (self.objective, self.optimiser) = (objective, optimiser)
    if case .cuda(let index) = device {
      graph = try CUDAGraph(gpu: index)
    } else {
      graph = nil
    }
  }

  /// Takes the optimiser's next step; the objective's values before it, computed.
  func take() throws -> (loss: Double, dataTerm: Double, output: Tensor) {
    try objective.prepare(epoch: optimiser.stepCount)
    defer { taken += 1 }
    let result: ObjectiveValues
    if let graph {
      result = try take(on: graph)
      // While the GPU computes.
      objective.prefetch(epoch: optimiser.stepCount)
    } else {
      result = try move()
      optimiser.countStep()
    }
    // Only now: the host waits here for all that it has asked of a GPU.
    return (Double(try result.total.item()), Double(try result.dataTerm.item()), result.output)
  }

  private func take(on graph: CUDAGraph) throws -> ObjectiveValues {
    defer { optimiser.countStep() }
    if taken < Self.rehearsals { return try graph.warmUp(move) }
    if recorded == nil { recorded = try graph.capture(move) }
    try graph.replay()
    return recorded!
  }

  private func move() throws -> ObjectiveValues {
    try optimiser.clearGradients()
    let result = try objective.loss()
    try result.total.backward()
    try optimiser.step()
    return result
  }
}
