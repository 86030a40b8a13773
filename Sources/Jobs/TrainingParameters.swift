/// The course of a training or a fit (paper, section 4).
public struct TrainingParameters: Hashable, Sendable, Codable {
  /// The number of steps of Adam; every step sees all cases of the job.
  public var epochs: Int = 200
  /// The step size of Adam.
  public var learningRate: Double = 1e-3
  /// The number of epochs from one checkpoint to the next.
  public var checkpointEvery: Int = 25
  /// The rule that ends the training before its last epoch, if there is one.
  public var stopping: StoppingRule?

  /// Creates the default course.
  public init() {}
}

/// The noise that a DIP Net is given.
public struct NoiseParameters: Hashable, Sendable, Codable {
  /// The upper end of the uniform distribution of z, which is drawn once.
  public var scale: Double = 0.1
  /// The standard deviation of z-hat, which is drawn anew and added every epoch.
  public var deviation: Double = 0.01

  /// Creates the default noise.
  public init() {}
}

/// A rule that ends the fitting of a network early, by values that need no ground truth.
public enum StoppingRule: Hashable, Sendable, Codable {
  /// Stops when the data term's share of its lower bound has not grown by more than `tolerance` for
  /// `patience` epochs.
  case plateau(patience: Int, tolerance: Double)
  /// Stops when the variance of the last `window` outputs has had no new minimum for `patience` epochs;
  /// the result is that of the minimum (Wang et al. 2021: ES-WMV).
  case variance(window: Int, patience: Int)
}
