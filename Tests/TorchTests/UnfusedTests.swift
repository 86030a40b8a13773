import Expectations
import TestSupport
import Testing
import Torch

/// Compares the unfused layers, as they run on a GPU, with the fused ones of the CPU.
@Suite("Unfused layers", .serialized)
struct UnfusedTests {
  /// A layer's output, the gradients of a weighted sum of it, and the layers' buffers.
  private struct Pass {
    var output: [Float]
    var gradients: [[Float]]
    var buffers: [[Float]]
  }

  private static let channels = 6

  /// Returns a batch of two images, by default 16 wide and 8 high, whose mean is not 0 and whose values
  /// are exact in bfloat16.
  private func images(channels: Int, width: Int = 16, seed: UInt64) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let height = width / 2
    let values = (0..<(2 * channels * height * width)).map { _ in
      Float.random(in: -1...2, using: &generator)
    }
    let tensor = try Tensor.from(values, shape: [2, channels, height, width])
    return try tensor.cast(to: .bfloat16).cast(to: .float32).requireGradient()
  }

  /// Returns a normalisation whose running statistics, scales and shifts have no special value.
  private func norm() throws -> BatchNorm2d {
    let norm = try BatchNorm2d(name: "norm", channels: Self.channels)
    for (index, named) in (norm.parameters + norm.buffers).enumerated() {
      let values = (0..<Self.channels).map { 0.5 + 0.1 * Float($0) + 0.2 * Float(index) }
      try withoutGradient { try named.tensor.assign(.from(values, shape: [Self.channels])) }
    }
    return norm
  }

  private func pass(
    _ inputs: [Tensor], through layers: [any Module], in precision: Precision,
    differentiated: Bool = true, by forward: ([Tensor]) throws -> Tensor
  ) throws -> Pass {
    let leaves = inputs + layers.flatMap(\.parameters).map(\.tensor)
    for leaf in leaves { try leaf.clearGradient() }
    let output = try forward(inputs.map { try $0.cast(to: precision) }).cast(to: .float32)
    if differentiated {
      let shape = try output.shape()
      let weights = (0..<shape.reduce(1, *)).map { Float($0 % 7) - 2.5 }
      try (output * Tensor.from(weights, shape: shape)).sum().backward()
    }
    return Pass(
      output: try output.floats(),
      gradients: differentiated ? try leaves.map { try $0.gradient().floats() } : [],
      buffers: try layers.flatMap(\.buffers).map { try $0.tensor.floats() })
  }

  /// Returns the largest deviation, relative to the largest expected value.
  private func error(_ found: [Float], expected: [Float]) -> Float {
    #expect(found.count == expected.count)
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  private func compare(unfused: Pass, fused: Pass, within tolerance: Float) {
    #expect(error(unfused.output, expected: fused.output) <= tolerance)
    for (found, expected) in zip(unfused.gradients, fused.gradients) {
      #expect(error(found, expected: expected) <= tolerance)
    }
    for (found, expected) in zip(unfused.buffers, fused.buffers) {
      #expect(error(found, expected: expected) <= 1e-5)
    }
  }

  /// Returns the tolerated error. In bfloat16 the unfused layers round twice where the fused ones round
  /// once, half a unit is 0.4 %, and sums of gradients cancel.
  private func tolerance(in precision: Precision) -> Float { precision == .float32 ? 2e-5 : 0.03 }

  private static let modes: [NormalisationMode] = [.batch, .batchOnly, .running]

  @Test(
    "unfused and fused normalisations agree", arguments: modes, [Precision.float32, .bfloat16])
  func normalisationsAgree(mode: NormalisationMode, precision: Precision) throws {
    for slope in [0, 0.2, 1] {
      let input = try images(channels: Self.channels, seed: 1)
      let passes = try [true, false].map { isUnfused in
        let norm = try norm()
        let layer = BatchNormReLU(norm, slope: slope, mode: mode)
        return try pass(
          [input], through: [norm], in: precision, differentiated: mode != .running
        ) { try isUnfused ? layer.unfused($0[0]) : layer($0[0]) }
      }
      compare(unfused: passes[0], fused: passes[1], within: tolerance(in: precision))
    }
  }

  @Test(
    "unfused and fused normalised convolutions agree",
    arguments: [
      (1, 1, Conv2d.PaddingMode.zeros), (3, 1, .zeros), (3, 1, .reflection), (3, 2, .reflection),
    ],
    [Precision.float32, .bfloat16])
  func normalisedConvolutionsAgree(
    shape: (kernel: Int, stride: Int, padding: Conv2d.PaddingMode), precision: Precision
  ) throws {
    var generator = SeededGenerator(seed: 2)
    let convolution = try Conv2d(
      name: "conv", input: Self.channels, output: 5, kernel: shape.kernel, stride: shape.stride,
      padding: shape.padding,
      initial: { count, bound in
        (0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }
      })
    let input = try images(channels: Self.channels, seed: 3)
    let passes = try [true, false].map { isUnfused in
      let norm = try norm()
      let normalisation = BatchNormReLU(norm, slope: 0.2, mode: .batch)
      return try pass([input], through: [norm, convolution], in: precision) {
        try isUnfused
          ? convolution.unfused($0[0], after: normalisation)
          : convolution($0[0], after: normalisation)
      }
    }
    compare(unfused: passes[0], fused: passes[1], within: tolerance(in: precision))
  }

  @Test(
    "unfused and fused concatenations agree", arguments: [Precision.float32, .bfloat16])
  func concatenationsAgree(precision: Precision) throws {
    for width in [2, 16] {
      let inputs = [
        try images(channels: 3, width: 2 * width, seed: 4),
        try images(channels: 4, width: width, seed: 5),
      ]
      let passes = try [true, false].map { isUnfused in
        try pass(inputs, through: [], in: precision) {
          try isUnfused
            ? $0[0].unfusedConcatenated(withUpsampled: $0[1])
            : $0[0].concatenated(withUpsampled: $0[1])
        }
      }
      compare(unfused: passes[0], fused: passes[1], within: precision == .float32 ? 1e-6 : 0.01)
    }
  }

  @Test("unfused and fused concatenations refuse a skip connection of another size")
  func refuseSize() throws {
    let skip = try images(channels: 3, seed: 4)
    let lower = try images(channels: 4, seed: 5)
    expectError(in: .torch) { try skip.concatenated(withUpsampled: lower) }
    expectError(in: .torch) { try skip.unfusedConcatenated(withUpsampled: lower) }
  }

  /// The gradient of a sum is one array for both terms, and each normalisation overwrites the gradient
  /// that it is given.
  @Test("a shared gradient is not overwritten")
  func keepsSharedGradient() throws {
    let inputs = [
      try images(channels: Self.channels, seed: 8), try images(channels: Self.channels, seed: 9),
    ]
    let passes = try [true, false].map { isUnfused in
      let layers = [try norm(), try norm()]
      return try pass(inputs, through: layers, in: .float32) { inputs in
        let terms = try zip(inputs, layers).map { input, norm in
          let layer = BatchNormReLU(norm, slope: 0.2, mode: .batch)
          return try isUnfused ? layer.unfused(input) : layer(input)
        }
        return try terms[0] + terms[1]
      }
    }
    compare(unfused: passes[0], fused: passes[1], within: tolerance(in: .float32))
  }

  @Test("unfused and fused convolutions refuse an image that is too small for its reflected border")
  func refuseSmallImage() throws {
    let convolution = try Conv2d(
      name: "conv", input: Self.channels, output: 2, kernel: 3, padding: .reflection,
      initial: { count, _ in [Float](repeating: 0, count: count) })
    let layer = BatchNormReLU(try norm(), slope: 1, mode: .batch)
    let flat = try images(channels: Self.channels, width: 2, seed: 6)  // one pixel high
    expectError(in: .torch) { try convolution(flat, after: layer) }
    expectError(in: .torch) { try convolution.unfused(flat, after: layer) }
  }
}
