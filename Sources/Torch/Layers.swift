import CTorch

/// A tensor under the name that it has in a weights file, for instance `down.0.conv.weight`.
public struct NamedTensor {
  /// The name, PyTorch's where PyTorch has such a layer.
  public let name: String
  /// The tensor.
  public let tensor: Tensor

  /// A tensor under a name.
  public init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

/// A part of a network.
public protocol Layer {
  /// What is learnt, in a fixed order.
  var parameters: [NamedTensor] { get }
  /// What is gathered in training but not learnt, in a fixed order.
  var buffers: [NamedTensor] { get }
}

extension Layer {
  /// Most layers gather nothing.
  public var buffers: [NamedTensor] { [] }
}

/// Gives `count` values uniform in `[-bound, bound]`; where they come from is the caller's matter.
public typealias UniformSource = (_ count: Int, _ bound: Float) -> [Float]

/// Two-dimensional convolution with bias, of one network or of several equal ones side by side.
///
/// Weight `(copies * output, input, kernel, kernel)`, bias `(copies * output)`; both start uniform within
/// `1 / sqrt(input * kernel^2)`, as PyTorch's do, and every copy with the same values. An input of
/// `copies * input` channels gives each copy its part of them (a grouped convolution); of one of `input`
/// channels every copy sees all.
public final class Conv2d: Layer {
  /// What lies beyond the border.
  public enum Padding: Hashable, Sendable {
    /// Zeros, so many that stride 1 keeps the size.
    case zeros
    /// The mirrored image, so much that stride 1 keeps the size.
    case reflection
  }

  let weight: Tensor
  let bias: Tensor
  let kernel: Int
  let stride: Int
  let padding: Padding
  /// In order: weight, bias.
  public let parameters: [NamedTensor]

  /// - Precondition: `kernel` is odd.
  public init(
    name: String, input: Int, output: Int, copies: Int = 1, kernel: Int, stride: Int = 1,
    padding: Padding = .zeros, initial: UniformSource, on device: Device = .cpu
  ) throws {
    precondition(kernel % 2 == 1, "a kernel of even size has no centre")
    let bound = 1 / Float(input * kernel * kernel).squareRoot()
    let count = output * input * kernel * kernel
    func values(_ count: Int) -> [Float] {
      Array(repeatElement(initial(count, bound), count: copies).joined())
    }
    weight = try Tensor.from(
      values(count), shape: [copies * output, input, kernel, kernel], on: device
    ).channelsLast().requireGradient()
    bias = try Tensor.from(values(output), shape: [copies * output], on: device).requireGradient()
    parameters = [
      NamedTensor(name: name + ".weight", tensor: weight),
      NamedTensor(name: name + ".bias", tensor: bias),
    ]
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  /// `(N, input, H, W)` to `(N, copies * output, ceil(H / stride), ceil(W / stride))`, in the precision
  /// of the input.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try make {
      ctorch_conv2d(
        input.handle, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
        padding == .reflection, $0, $1)
    }
  }

  /// The same of `normalisation(input)`, which is not kept for the way back: it costs less to
  /// compute it again.
  public func callAsFunction(_ input: Tensor, after normalisation: Normalisation) throws -> Tensor {
    try normalisation.withSettings { settings in
      try make {
        ctorch_normalised_conv2d(
          input.handle, settings, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
          padding == .reflection, $0, $1)
      }
    }
  }
}
