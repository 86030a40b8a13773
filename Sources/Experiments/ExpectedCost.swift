import Jobs
import Methods

extension Job {
  /// The expected time on one core in seconds. It was measured at 128 x 128 pixels and is scaled by
  /// pixels, cases, widths and steps. Jobs are ordered by it, and the remaining time is estimated
  /// from it.
  var expectedSeconds: Double {
    let pixels = Double(basis.preparation.size * basis.preparation.size) / Double(128 * 128)
    let cases = Double(inputs.count)
    switch self {
    case .train(let job):
      let step = job.network.secondsPerStep + job.loss.secondsPerStep
      return Double(job.training.epochs) * step * pixels * cases
    case .predict: return 0.24 * pixels * cases
    case .fit(let job):
      return Double(job.training.epochs) * job.prior.network.secondsPerStep * pixels * cases
    case .solve: return (MethodCatalogue[method]?.solver?.expectedSeconds ?? 0) * pixels
    }
  }
}

extension VMNetParameters {
  /// The time of a training step for a case of 128 x 128 pixels.
  fileprivate var secondsPerStep: Double {
    let ratio = Double(width) / 16
    return 0.05 * ratio * ratio
  }
}

extension DIPNetParameters {
  /// The time of a training step for a case of 128 x 128 pixels.
  fileprivate var secondsPerStep: Double {
    let ratio = Double(width) / 32
    return 0.028 * ratio * (0.8 + 0.2 * ratio)
  }
}

extension TrainingLoss {
  /// The time that the loss adds to a training step for a case of 128 x 128 pixels.
  fileprivate var secondsPerStep: Double {
    if case .assisted(let prior, _) = self { prior.network.secondsPerStep } else { 0 }
  }
}
