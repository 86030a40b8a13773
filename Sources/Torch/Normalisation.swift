import CTorch

/// Which statistics a batch normalisation uses.
public enum NormalisationMode: Hashable, Sendable {
  /// The batch's own, and the running ones follow: training.
  case batch
  /// The batch's own, and the running ones stay: prediction of one image by itself.
  case batchOnly
  /// The running ones: prediction as usual. Has no gradient.
  case running
}

/// Batch normalisation over N, H and W (Ioffe and Szegedy 2015).
public final class BatchNorm2d: Layer {
  fileprivate let weight: Tensor
  fileprivate let bias: Tensor
  fileprivate let runningMean: Tensor
  fileprivate let runningVariance: Tensor
  fileprivate let momentum: Double
  fileprivate let epsilon: Double
  /// In order: weight (scale), bias (shift), each `(channels)`.
  public let parameters: [NamedTensor]
  /// In order: running mean, running variance, each `(channels)`.
  public let buffers: [NamedTensor]

  /// - Parameter momentum: share of the newest batch in the running statistics; 0.1 is what Keras
  ///   calls 0.9.
  public init(
    name: String, channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5,
    on device: Device = .cpu
  ) throws {
    weight = try Tensor.filled(1, shape: [channels], on: device).requireGradient()
    bias = try Tensor.filled(0, shape: [channels], on: device).requireGradient()
    runningMean = try Tensor.filled(0, shape: [channels], on: device)
    runningVariance = try Tensor.filled(1, shape: [channels], on: device)
    parameters = [
      NamedTensor(name: name + ".weight", tensor: weight),
      NamedTensor(name: name + ".bias", tensor: bias),
    ]
    buffers = [
      NamedTensor(name: name + ".running_mean", tensor: runningMean),
      NamedTensor(name: name + ".running_var", tensor: runningVariance),
    ]
    (self.momentum, self.epsilon) = (momentum, epsilon)
  }
}

/// Batch normalisation followed by leaky ReLU, `max(v, slope v)`.
public struct Normalisation {
  private let norm: BatchNorm2d
  private let slope: Double
  private let mode: NormalisationMode

  /// - Parameter slope: of the activation for negative values; 0 is ReLU, 1 is none.
  public init(_ norm: BatchNorm2d, slope: Double, mode: NormalisationMode) {
    (self.norm, self.slope, self.mode) = (norm, slope, mode)
  }

  /// `(N, channels, H, W)` to the same shape and precision.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try withSettings { settings in try make { ctorch_normalised(input.handle, settings, $0, $1) } }
  }

  func withSettings<Result>(_ body: (UnsafePointer<ctorch_norm>) throws -> Result) rethrows
    -> Result
  {
    let keepsRunning = mode != .batchOnly
    var settings = ctorch_norm(
      weight: norm.weight.handle, bias: norm.bias.handle,
      running_mean: keepsRunning ? norm.runningMean.handle : nil,
      running_variance: keepsRunning ? norm.runningVariance.handle : nil,
      training: mode != .running, momentum: norm.momentum, epsilon: norm.epsilon, slope: slope)
    return try body(&settings)
  }
}
