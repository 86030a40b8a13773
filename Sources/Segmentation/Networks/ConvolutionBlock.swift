import Torch

/// A convolution with batch normalisation and (leaky) ReLU, the building block of both networks.
final class ConvolutionBlock: Module {
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let slope: Double

  /// Makes a block with initial weights.
  ///
  /// - Parameters:
  ///   - name: prefix of the parameters' names.
  ///   - input: number of input channels.
  ///   - output: number of output channels.
  ///   - copies: number of networks side by side, as in `Conv2d`.
  ///   - kernel: side of the kernel, odd.
  ///   - stride: step of the kernel.
  ///   - padding: pixels beyond the border.
  ///   - slope: slope of the activation for negative values; 0 is ReLU.
  ///   - initial: source of the initial weights.
  ///   - device: device of the parameters.
  init(
    name: String, input: Int, output: Int, copies: Int = 1, kernel: Int, stride: Int = 1,
    padding: Conv2d.PaddingMode = .zeros, slope: Double, initial: UniformSource, on device: Device
  ) throws {
    convolution = try Conv2d(
      name: name + ".conv", input: input, output: output, copies: copies, kernel: kernel,
      stride: stride, padding: padding, initial: initial, on: device)
    norm = try BatchNorm2d(name: name + ".norm", channels: copies * output, on: device)
    self.slope = slope
  }

  func callAsFunction(_ input: Tensor, mode: NormalisationMode) throws -> Activation {
    activation(of: try convolution(input), mode: mode)
  }

  func callAsFunction(_ input: Activation, mode: NormalisationMode) throws -> Activation {
    activation(of: try input.convolved(by: convolution), mode: mode)
  }

  private func activation(of raw: Tensor, mode: NormalisationMode) -> Activation {
    // equation (40)
    Activation(raw: raw, normalisation: BatchNormReLU(norm, slope: slope, mode: mode))
  }

  var parameters: [NamedTensor] { convolution.parameters + norm.parameters }
  var buffers: [NamedTensor] { norm.buffers }
}

/// The output of a block before normalisation and activation. The next convolution normalises and
/// activates on the fly, so that the activated values are not stored.
struct Activation {
  fileprivate let raw: Tensor
  fileprivate let normalisation: BatchNormReLU

  init(raw: Tensor, normalisation: BatchNormReLU) {
    self.raw = raw
    self.normalisation = normalisation
  }

  /// Returns the convolution of the activated values.
  func convolved(by convolution: Conv2d) throws -> Tensor {
    try convolution(raw, after: normalisation)
  }

  /// Returns the activated values, for operations other than a single convolution.
  func values() throws -> Tensor { try normalisation(raw) }
}
