import Torch

/// Convolution, batch normalisation, (leaky) ReLU: the brick of both networks.
final class NormalisedConvolution: Layer {
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let slope: Double

  /// - Parameter slope: of the activation for negative values; 0 is ReLU.
  init(
    name: String, input: Int, output: Int, kernel: Int, stride: Int = 1,
    padding: Conv2d.Padding = .zeros, slope: Double, initial: UniformSource, on device: Device
  ) throws {
    convolution = try Conv2d(
      name: name + ".conv", input: input, output: output, kernel: kernel, stride: stride,
      padding: padding, initial: initial, on: device)
    norm = try BatchNorm2d(name: name + ".norm", channels: output, on: device)
    self.slope = slope
  }

  func callAsFunction(_ input: Tensor, mode: NormalisationMode) throws -> Tensor {
    try norm(convolution(input), mode: mode).leakyReLU(slope: slope)
  }

  var parameters: [NamedTensor] { convolution.parameters + norm.parameters }
  var buffers: [NamedTensor] { norm.buffers }
}
