import CTorch

/// The optimiser Adam (Kingma and Ba 2015, algorithm 1), with epsilon outside the bias correction
/// as in PyTorch.
///
/// `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
/// `x -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)`.
public final class Adam {
  /// The number of steps taken.
  public private(set) var stepCount: Int
  private let parameters: [NamedTensor]
  private let firstMoments: [Tensor]
  private let secondMoments: [Tensor]
  /// A copy of `stepCount` on the parameters' device, so that a GPU never waits for the host's.
  private let deviceStepCount: Tensor
  private let rate: Double
  private let decay: (first: Double, second: Double)
  private let epsilon: Double

  /// Creates an optimiser that has taken no step.
  ///
  /// - Parameters:
  ///   - parameters: The tensors to optimise.
  ///   - rate: The step size, greater than 0.
  ///   - beta1: The decay rate of the first moments, in `[0, 1)`.
  ///   - beta2: The decay rate of the second moments, in `[0, 1)`.
  ///   - epsilon: Added to the denominator; greater than 0.
  ///   - device: The device on which all parameters are.
  /// - Throws: `DipperError` of code `torchFailed`.
  public init(
    _ parameters: [NamedTensor], rate: Double, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, on device: Device = .cpu
  ) throws {
    self.parameters = parameters
    deviceStepCount = try Tensor.filled(0, shape: [], on: device)
    let zero = { (parameter: NamedTensor) in
      try withoutGradient { try parameter.tensor.detached().affine(scale: 0) }
    }
    firstMoments = try parameters.map(zero)
    secondMoments = try parameters.map(zero)
    self.rate = rate
    self.decay = (first: beta1, second: beta2)
    self.epsilon = epsilon
    stepCount = 0
  }

  /// The moments under their names in a checkpoint: `adam.first.<parameter>`, then
  /// `adam.second.<parameter>`.
  public var moments: [NamedTensor] {
    zip(parameters, firstMoments).map {
      NamedTensor(name: "adam.first." + $0.name, tensor: $1)
    }
      + zip(parameters, secondMoments).map {
        NamedTensor(name: "adam.second." + $0.name, tensor: $1)
      }
  }

  /// Sets the number of steps taken, for a resumed training. The caller assigns the moments.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public func resume(at stepCount: Int) throws {
    try deviceStepCount.assign(Tensor.filled(Float(stepCount), shape: []))
    self.stepCount = stepCount
  }

  /// Discards the gradients of all parameters.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public func clearGradients() throws {
    for parameter in parameters { try parameter.tensor.clearGradient() }
  }

  /// Updates every parameter that has a gradient.
  ///
  /// The device does all of the work, so a CUDA graph can capture and replay it. Call `countStep`
  /// for every update, including replayed ones.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public func step() throws {
    let values = parameters.map { Optional($0.tensor.handle) }
    let first = firstMoments.map { Optional($0.handle) }
    let second = secondMoments.map { Optional($0.handle) }
    try call {
      ctorch_adam(
        values, first, second, Int32(values.count), deviceStepCount.handle, rate, decay.first,
        decay.second, epsilon, $0)
    }
  }

  /// Counts a step that the device took, or will take before any later work.
  public func countStep() { stepCount += 1 }
}
