import Jobs
import Torch

/// A rule that ends a training before its last epoch, from values that need no label.
package protocol EarlyStopping: AnyObject {
  /// All tensors that a checkpoint must hold.
  var state: [NamedTensor] { get }
  /// Records an epoch and tells whether the training is over.
  ///
  /// - Parameters:
  ///   - epoch: number of epochs so far, counted from 1.
  ///   - fit: the data term's share of its lower bound, equation (49); 0 for an empty mask.
  ///   - output: output of the network, `(N, 1, H, W)`.
  /// - Returns: true to stop.
  func isOver(after epoch: Int, fit: Double, output: Tensor) throws -> Bool
  /// Restores the result of the best epoch if the rule knows one.
  ///
  /// - Returns: the best epoch, or nil if the result is that of the last epoch.
  func finish() throws -> Int?
}

extension StoppingRule {
  /// Makes the rule for an objective.
  package func start(on objective: any Objective) throws -> any EarlyStopping {
    switch self {
    case .plateau(let patience, let tolerance):
      try PlateauStopping(patience: patience, tolerance: Float(tolerance))
    case .variance(let window, let patience):
      try MovingVarianceStopping(window: window, patience: patience, objective: objective)
    }
  }
}
