import Jobs
import Torch

/// Says when to stop a training before its last epoch, by a rule that needs no label, and what to
/// go back to then.
package protocol EarlyStopping: AnyObject {
  /// All that a checkpoint must hold.
  var state: [NamedTensor] { get }
  /// Takes note of an epoch (from 1): the data term's share of its lower bound, and the output. The
  /// share of an empty mask is 0.
  ///
  /// - Returns: whether to stop.
  func isOver(after epoch: Int, fit: Double, output: Tensor) throws -> Bool
  /// Goes back to the best epoch, where the rule knows one.
  ///
  /// - Returns: that epoch; nil where the last one is the result.
  func finish() throws -> Int?
}

extension StoppingRule {
  /// The rule at work on an objective.
  package func start(on objective: any Objective) throws -> any EarlyStopping {
    switch self {
    case .plateau(let patience, let tolerance):
      try Plateau(patience: patience, tolerance: Float(tolerance))
    case .variance(let window, let patience):
      try MovingVariance(window: window, patience: patience, of: objective)
    }
  }
}

/// Stops when the energy does not fall any more.
private final class Plateau: EarlyStopping {
  private let patience: Int
  private let tolerance: Float
  /// The best share so far, and its epoch: float32, as a checkpoint has it.
  private let best: Tensor

  init(patience: Int, tolerance: Float) throws {
    (self.patience, self.tolerance) = (patience, tolerance)
    best = try Tensor.from([-Float.greatestFiniteMagnitude, 0], shape: [2])
  }

  var state: [NamedTensor] { [NamedTensor(name: "stopping.best", tensor: best)] }

  func isOver(after epoch: Int, fit: Double, output: Tensor) throws -> Bool {
    let known = try best.floats()
    guard Float(fit) <= known[0] + tolerance else {
      try best.assign([Float(fit), Float(epoch)])
      return false
    }
    return epoch - Int(known[1]) >= patience
  }

  func finish() -> Int? { nil }
}

/// Stops when the outputs have been as steady as they will be (Wang et al. 2021: ES-WMV).
///
/// Outputs no better than an empty mask are steady too, before a training has begun to segment: no
/// window that holds one counts, and without one that counts nothing stops.
private final class MovingVariance: EarlyStopping {
  private let patience: Int
  /// The last outputs, a ring by epoch.
  private let window: [Tensor]
  /// The least variance so far, its epoch, and the last epoch that was no better than an empty mask:
  /// float32, as a checkpoint has it.
  private let least: Tensor
  private let result: [NamedTensor]
  /// The result at that epoch.
  private let best: [NamedTensor]

  init(window: Int, patience: Int, of objective: any Objective) throws {
    self.patience = patience
    result = objective.result
    (self.window, best) = try withoutGradient {
      (
        try (0..<window).map { _ in try objective.outputLike() },
        try objective.result.map {
          NamedTensor(name: "stopping.best." + $0.name, tensor: try $0.tensor.detached().cloned())
        }
      )
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
        for (kept, now) in zip(best, result) { try kept.tensor.assign(now.tensor) }
        return false
      }
    }
    try least.assign([known[0], known[1], lastEmpty])
    return known[1] > 0 && epoch - Int(known[1]) >= patience
  }

  /// `1/W SUM |x_w - mean|^2`, over pixels as a mean.
  private func variance() throws -> Float {
    let count = Double(window.count)
    let mean = try window.dropFirst().reduce(window[0]) { try $0 + $1 }.affine(scale: 1 / count)
    return try window.reduce(0) { sum, output in
      let difference = try output - mean
      return sum + (try (difference * difference).mean().item()) / Float(count)
    }
  }

  func finish() throws -> Int? {
    let epoch = Int(try least.floats()[1])
    guard epoch > 0 else { return nil }
    for (kept, now) in zip(best, result) { try now.tensor.assign(kept.tensor) }
    return epoch
  }
}
