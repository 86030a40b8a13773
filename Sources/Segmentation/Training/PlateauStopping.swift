import Torch

/// Stops a training when its data term no longer falls, equation (50).
final class PlateauStopping: EarlyStopping {
  private let patience: Int
  private let tolerance: Float
  /// Best fit so far and its epoch: a tensor of shape `(2)`, in float32 as in a checkpoint.
  private let best: Tensor

  /// Makes a rule that waits `patience` epochs for the fit to grow by more than `tolerance`.
  init(patience: Int, tolerance: Float) throws {
    self.patience = patience
    self.tolerance = tolerance
    best = try Tensor.from([-Float.greatestFiniteMagnitude, 0], shape: [2])
  }

  var state: [NamedTensor] { [NamedTensor(name: "stopping.best", tensor: best)] }

  func isOver(after epoch: Int, fit: Double, output: Tensor) throws -> Bool {
    let known = try best.floats()
    guard Float(fit) <= known[0] + tolerance else {
      try best.assign([Float(fit), Float(epoch)])
      return false
    }
    return epoch - Int(known[1]) >= patience  // equation (50)
  }

  func finish() -> Int? { nil }
}
