import CKernels

/// A source of initial weights, which returns `count` values uniform in `[-bound, bound]`.
public typealias UniformSource = (_ count: Int, _ bound: Float) -> [Float]

/// A two-dimensional convolution with bias, of one network or of several equal ones side by side.
///
/// Shapes, where `N` is the number of images:
/// - weight: `(copies * output, input, kernel, kernel)`,
/// - bias: `(copies * output)`,
/// - input of a call: `(N, copies * input, H, W)`, where each copy convolves its own part of the
///   channels (a grouped convolution), or `(N, input, H, W)`, where every copy convolves all
///   channels,
/// - result: `(N, copies * output, ceil(H / stride), ceil(W / stride))`, in the precision of the
///   input.
///
/// Weight and bias start uniform within `1 / sqrt(input * kernel^2)`, as in PyTorch, and with the
/// same values in every copy.
public final class Conv2d: Module {
  /// The values of the `kernel / 2` pixels beyond each border. With them stride 1 keeps the size.
  public enum PaddingMode: Hashable, Sendable {
    /// Every pixel beyond the border is zero.
    case zeros
    /// The image is reflected at its border pixels.
    case reflection
  }

  let weight: Tensor
  let bias: Tensor
  let kernel: Int
  let stride: Int
  let padding: PaddingMode
  /// The weight and the bias, in this order.
  public let parameters: [NamedTensor]

  /// Creates a convolution with random weights.
  ///
  /// - Parameters:
  ///   - name: The prefix of the parameters' names.
  ///   - input: The number of input channels of one copy.
  ///   - output: The number of output channels of one copy.
  ///   - copies: The number of networks side by side.
  ///   - kernel: The kernel's side in pixels, an odd number.
  ///   - stride: The distance in pixels between two results.
  ///   - padding: The values beyond the border.
  ///   - initial: The source of the initial values.
  ///   - device: The device of the parameters.
  /// - Precondition: `kernel` is odd.
  /// - Throws: `DipperError` of code `torchFailed` or `gpuMemoryExhausted`.
  public init(
    name: String, input: Int, output: Int, copies: Int = 1, kernel: Int, stride: Int = 1,
    padding: PaddingMode = .zeros, initial: UniformSource, on device: Device = .cpu
  ) throws {
    precondition(kernel % 2 == 1, "a kernel of even size has no centre")
    let bound = 1 / Float(input * kernel * kernel).squareRoot()
    func values(_ count: Int) -> [Float] {
      Array(repeatElement(initial(count, bound), count: copies).joined())
    }
    weight = try Tensor.from(
      values(output * input * kernel * kernel), shape: [copies * output, input, kernel, kernel],
      on: device
    ).channelsLast().requireGradient()
    bias = try Tensor.from(values(output), shape: [copies * output], on: device).requireGradient()
    parameters = [
      NamedTensor(name: name + ".weight", tensor: weight),
      NamedTensor(name: name + ".bias", tensor: bias),
    ]
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// Convolves `input`.
  ///
  /// - Throws: `DipperError` of code `torchFailed` or `gpuMemoryExhausted`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try make {
      ckernels_conv2d(
        input.handle, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
        padding == .reflection, $0, $1)
    }
  }

  /// Convolves `normalisation(input)`, which is not saved for the backward pass: computing it again
  /// costs less.
  ///
  /// - Throws: `DipperError` of code `torchFailed` or `gpuMemoryExhausted`.
  public func callAsFunction(_ input: Tensor, after normalisation: BatchNormReLU) throws -> Tensor {
    try normalisation.withParameters { parameters in
      try make {
        ckernels_batch_norm_relu_conv2d(
          input.handle, parameters, weight.handle, bias.handle, Int64(stride), Int64(kernel / 2),
          padding == .reflection, $0, $1)
      }
    }
  }
}
