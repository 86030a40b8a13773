import Segmentation
import Testing
import Torch

/// Compares networks that store bfloat16 with the same ones in float32.
@Suite(.serialized) struct PrecisionTests {
  private let noise = CounterGenerator(seed: 3)

  private func source() -> UniformSource {
    var drawn = 0
    return { count, bound in
      drawn += 1
      return noise.uniforms(count, from: -bound, to: bound, stream: .weights, case: drawn)
    }
  }

  private func input(channels: Int) throws -> Tensor {
    let values = noise.uniforms(2 * channels * 64 * 64, from: 0, to: 1, stream: .fixedNoise)
    return try Tensor.from(values, shape: [2, channels, 64, 64])
  }

  /// Returns the root mean square of the difference relative to that of `expected`.
  private func deviation(of found: [Float], from expected: [Float]) -> Float {
    let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// Returns the output, and the gradients of all weights for the mean of the squared output.
  private func pass(
    of network: some Module, forward: () throws -> Tensor
  ) throws -> (output: [Float], gradients: [[Float]]) {
    for parameter in network.parameters { try parameter.tensor.clearGradient() }
    let output = try forward()
    try (output * output).mean().backward()
    let weights = network.parameters.filter { $0.name.hasSuffix("conv.weight") }
    return (try output.floats(), try weights.map { try $0.tensor.gradient().floats() })
  }

  private func compare(
    _ network: some Module, forward: (Precision) throws -> Tensor
  ) throws {
    let exact = try pass(of: network) { try forward(.float32) }
    let rounded = try pass(of: network) { try forward(.bfloat16) }
    let distance = deviation(of: rounded.output, from: exact.output)
    // With eight bits of significand half a unit is 0.2 %, and the errors of layers add up.
    #expect(distance < 0.02 && distance > 0, "\(distance)")
    // PyTorch's autocast to bfloat16 deviates by up to 0.50 in the same VM Net, because before any
    // training gradients through normalisations are small differences of large numbers.
    for (found, expected) in zip(rounded.gradients, exact.gradients) {
      #expect(deviation(of: found, from: expected) < 0.55)
    }
  }

  @Test("the VM Net in bfloat16 is the same up to rounding")
  func vmNetDiffersByRounding() throws {
    let network = try VMNet(width: 8, depth: 3, initial: source())
    let input = try input(channels: 2)
    try compare(network) { try network(input, mode: .batch, precision: $0) }
  }

  @Test("the DIP Net in bfloat16 is the same up to rounding")
  func dipNetDiffersByRounding() throws {
    let network = try DIPNet(channels: 8, width: 16, skip: 4, depth: 3, initial: source())
    let input = try input(channels: 8)
    try compare(network) { try network(input, precision: $0) }
  }
}
