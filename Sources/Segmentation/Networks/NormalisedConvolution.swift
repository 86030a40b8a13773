import Torch

/// Convolution, batch normalisation, (leaky) ReLU: the brick of both networks.
final class NormalisedConvolution: Layer {
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let slope: Double

  /// - Parameters: `copies`: networks side by side, as `Conv2d` has them; `slope`: of the activation for
  ///   negative values; 0 is ReLU.
  init(
    name: String, input: Int, output: Int, copies: Int = 1, kernel: Int, stride: Int = 1,
    padding: Conv2d.Padding = .zeros, slope: Double, initial: UniformSource, on device: Device
  ) throws {
    convolution = try Conv2d(
      name: name + ".conv", input: input, output: output, copies: copies, kernel: kernel,
      stride: stride, padding: padding, initial: initial, on: device)
    norm = try BatchNorm2d(name: name + ".norm", channels: copies * output, on: device)
    self.slope = slope
  }

  func callAsFunction(_ input: Tensor, mode: NormalisationMode) throws -> Activation {
    activation(try convolution(input), mode)
  }

  func callAsFunction(_ input: Activation, mode: NormalisationMode) throws -> Activation {
    activation(try input.convolved(by: convolution), mode)
  }

  private func activation(_ raw: Tensor, _ mode: NormalisationMode) -> Activation {
    Activation(raw: raw, normalisation: Normalisation(norm, slope: slope, mode: mode))
  }

  var parameters: [NamedTensor] { convolution.parameters + norm.parameters }
  var buffers: [NamedTensor] { norm.buffers }
}

/// The output of a brick, not yet normalised and activated: the next convolution does that on the way.
struct Activation {
  fileprivate let raw: Tensor
  fileprivate let normalisation: Normalisation

  init(raw: Tensor, normalisation: Normalisation) {
    (self.raw, self.normalisation) = (raw, normalisation)
  }

  /// What a convolution makes of it.
  func convolved(by convolution: Conv2d) throws -> Tensor {
    try convolution(raw, after: normalisation)
  }

  /// Its values, for what is no convolution or for several of them.
  func values() throws -> Tensor { try normalisation(raw) }
}
