import CKernels

/// The statistics by which a batch normalisation normalises.
public enum NormalisationMode: Hashable, Sendable {
  /// Normalises by the batch's own statistics and moves the running ones, as in training.
  case batch
  /// Normalises by the batch's own statistics and leaves the running ones unchanged, for predicting
  /// an image by its own statistics.
  case batchOnly
  /// Normalises by the running statistics, as in ordinary prediction. This has no gradient.
  case running
}

/// The parameters and running statistics of a batch normalisation over N, H and W (Ioffe and
/// Szegedy 2015). Each tensor has shape `(channels)`.
public final class BatchNorm2d: Module {
  fileprivate let weight: Tensor
  fileprivate let bias: Tensor
  fileprivate let runningMean: Tensor
  fileprivate let runningVariance: Tensor
  fileprivate let momentum: Double
  fileprivate let epsilon: Double
  /// The weight (scale) and the bias (shift), in this order.
  public let parameters: [NamedTensor]
  /// The running mean and the running variance, in this order.
  public let buffers: [NamedTensor]

  /// Creates a normalisation of scale 1, shift 0, running mean 0 and running variance 1.
  ///
  /// - Parameters:
  ///   - name: The prefix of the tensors' names.
  ///   - channels: The number of channels.
  ///   - momentum: The share of the newest batch in the running statistics, in `[0, 1]`. Keras
  ///     calls one minus this number momentum: its 0.9 is 0.1 here.
  ///   - epsilon: Added to the variance; greater than 0.
  ///   - device: The device of the tensors.
  /// - Throws: `DipperError` of code `torchFailed` or `gpuMemoryExhausted`.
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
    self.momentum = momentum
    self.epsilon = epsilon
  }
}

/// Batch normalisation followed by a leaky ReLU, `max(v, slope v)`.
public struct BatchNormReLU {
  private let norm: BatchNorm2d
  private let slope: Double
  private let mode: NormalisationMode

  /// Creates a normalisation with an activation.
  ///
  /// - Parameters:
  ///   - norm: The normalisation's parameters and running statistics.
  ///   - slope: The activation's slope for negative values, in `[0, 1]`: 0 is ReLU, 1 is no
  ///     activation.
  ///   - mode: The statistics by which to normalise.
  public init(_ norm: BatchNorm2d, slope: Double, mode: NormalisationMode) {
    self.norm = norm
    self.slope = slope
    self.mode = mode
  }

  /// Normalises and activates an array `(N, channels, H, W)`; keeps its shape and precision.
  ///
  /// - Throws: `DipperError` of code `torchFailed` or `gpuMemoryExhausted`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try withParameters { parameters in
      try make { ckernels_batch_norm_relu(input.handle, parameters, $0, $1) }
    }
  }

  func withParameters<Result>(
    _ body: (UnsafePointer<ckernels_batch_norm>) throws -> Result
  ) rethrows -> Result {
    let usesRunning = mode != .batchOnly
    var parameters = ckernels_batch_norm(
      weight: norm.weight.handle, bias: norm.bias.handle,
      running_mean: usesRunning ? norm.runningMean.handle : nil,
      running_variance: usesRunning ? norm.runningVariance.handle : nil,
      training: mode != .running, momentum: norm.momentum, epsilon: norm.epsilon, slope: slope)
    return try body(&parameters)
  }
}
