import Torch

/// Stops a training when the variance of its last outputs has no new minimum, equation (52)
/// (ES-WMV; Wang et al. 2021).
///
/// Before a network has begun to segment, its outputs are no better than an empty mask and hardly
/// vary either. A window with such an output does not count, and the training does not stop before
/// some window counts.
final class MovingVarianceStopping: EarlyStopping {
  private let patience: Int
  /// Last outputs, in a ring buffer indexed by the epoch.
  private let window: [Tensor]
  /// Least variance so far, its epoch, and the last epoch whose output was no better than an empty
  /// mask: a tensor of shape `(3)`, in float32 as in a checkpoint.
  private let least: Tensor
  private let result: [NamedTensor]
  /// Copies of the result's tensors at the epoch of least variance.
  private let best: [NamedTensor]

  /// Makes a rule for an objective.
  ///
  /// - Parameters:
  ///   - window: number of outputs whose variance is taken.
  ///   - patience: number of epochs without a new minimum after which the training stops.
  ///   - objective: objective that is trained.
  init(window: Int, patience: Int, objective: any Objective) throws {
    self.patience = patience
    result = objective.result
    self.window = try withoutGradient { try (0..<window).map { _ in try objective.outputLike() } }
    best = try withoutGradient {
      try objective.result.map {
        NamedTensor(name: "stopping.best." + $0.name, tensor: try $0.tensor.detached().cloned())
      }
    }
    least = try Tensor.from([Float.greatestFiniteMagnitude, 0, 0], shape: [3])
  }

  var state: [NamedTensor] {
    window.enumerated().map { NamedTensor(name: "stopping.window.\($0)", tensor: $1) } + best
      + [NamedTensor(name: "stopping.least", tensor: least)]
  }

  func isOver(after epoch: Int, fit: Double, output: Tensor) throws -> Bool {
    try window[epoch % window.count].assign(output)
    let known = try least.floats()
    let lastEmpty = fit > 0 ? known[2] : Float(epoch)
    if epoch - Int(lastEmpty) >= window.count {
      let variance = try withoutGradient(variance)
      if variance < known[0] {
        try least.assign([variance, Float(epoch), lastEmpty])
        for (kept, present) in zip(best, result) { try kept.tensor.assign(present.tensor) }
        return false
      }
    }
    try least.assign([known[0], known[1], lastEmpty])
    return known[1] > 0 && epoch - Int(known[1]) >= patience  // equation (52)
  }

  /// Returns the variance of the outputs in the window, equation (51), as a mean over pixels.
  private func variance() throws -> Float {
    let count = Double(window.count)
    let mean = try window.dropFirst().reduce(window[0]) { try $0 + $1 }.affine(scale: 1 / count)
    // equation (51)
    return try window.reduce(0) { sum, output in
      let difference = try output - mean
      return sum + (try (difference * difference).mean().item()) / Float(count)
    }
  }

  func finish() throws -> Int? {
    let epoch = Int(try least.floats()[1])
    guard epoch > 0 else { return nil }
    for (kept, present) in zip(best, result) { try present.tensor.assign(kept.tensor) }
    return epoch
  }
}
