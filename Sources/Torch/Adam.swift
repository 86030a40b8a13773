import CTorch

/// Adam (Kingma and Ba 2015, algorithm 1), with PyTorch's epsilon outside the bias correction.
///
/// `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
/// `x -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)`.
public final class Adam {
  /// Steps taken.
  public private(set) var step: Int
  private let parameters: [NamedTensor]
  private let firstMoments: [Tensor]
  private let secondMoments: [Tensor]
  /// `step` where the parameters are: a step on a GPU waits for no number of the host.
  private let count: Tensor
  private let rate: Double
  private let decay: (first: Double, second: Double)
  private let epsilon: Double

  /// An optimiser that has taken no step.
  ///
  /// - Parameter device: where all parameters are.
  public init(
    _ parameters: [NamedTensor], rate: Double, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, on device: Device = .cpu
  ) throws {
    self.parameters = parameters
    count = try Tensor.filled(0, shape: [], on: device)
    let zero = { (parameter: NamedTensor) in
      try withoutGradient { try parameter.tensor.detached().affine(scale: 0) }
    }
    firstMoments = try parameters.map(zero)
    secondMoments = try parameters.map(zero)
    (self.rate, self.decay, self.epsilon, step) = (rate, (beta1, beta2), epsilon, 0)
  }

  /// The moments under their names in a checkpoint: `adam.first.<parameter>` and `adam.second...`.
  public var moments: [NamedTensor] {
    zip(parameters, firstMoments).map {
      NamedTensor(name: "adam.first." + $0.name, tensor: $1)
    }
      + zip(parameters, secondMoments).map {
        NamedTensor(name: "adam.second." + $0.name, tensor: $1)
      }
  }

  /// Goes on as if `step` steps had been taken; the moments are assigned by the caller.
  public func resume(at step: Int) throws {
    try count.assign(Tensor.filled(Float(step), shape: []))
    self.step = step
  }

  /// Forgets the gradients of all parameters.
  public func clearGradients() throws {
    for parameter in parameters { try parameter.tensor.clearGradient() }
  }

  /// Moves every parameter that has a gradient; all of it is the device's work, which a recording can
  /// repeat. To be followed by `noteStep`.
  public func move() throws {
    let values = parameters.map { Optional($0.tensor.handle) }
    let first = firstMoments.map { Optional($0.handle) }
    let second = secondMoments.map { Optional($0.handle) }
    try call {
      ctorch_adam(
        values, first, second, Int32(values.count), count.handle, rate, decay.first, decay.second,
        epsilon, $0)
    }
  }

  /// Counts a step that the device took, or will take before anything else.
  public func noteStep() { step += 1 }
}
