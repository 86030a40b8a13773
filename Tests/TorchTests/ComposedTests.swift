import TestSupport
import Testing
import Torch

/// The layers in plain steps, as they run on a GPU, beside the fused ones of the processor.
@Suite(.serialized) struct ComposedTests {
  /// What a layer makes of its inputs, and the gradients of a weighted sum of that.
  private struct Pass {
    var output: [Float]
    var gradients: [[Float]]
    var buffers: [[Float]]
  }

  private static let channels = 6

  /// A batch of two fields, 16 wide and 8 high, whose mean is not 0, exact in bfloat16.
  private func field(_ channels: Int, width: Int = 16, seed: UInt64) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let height = width / 2
    let values = (0..<(2 * channels * height * width)).map { _ in
      Float.random(in: -1...2, using: &generator)
    }
    let tensor = try Tensor.from(values, shape: [2, channels, height, width])
    return try tensor.cast(to: .bfloat16).cast(to: .float32).requireGradient()
  }

  /// A normalisation with running statistics, scales and shifts of no special value.
  private func norm() throws -> BatchNorm2d {
    let norm = try BatchNorm2d(name: "norm", channels: Self.channels)
    for (index, named) in (norm.parameters + norm.buffers).enumerated() {
      let values = (0..<Self.channels).map { 0.5 + 0.1 * Float($0) + 0.2 * Float(index) }
      try withoutGradient { try named.tensor.assign(.from(values, shape: [Self.channels])) }
    }
    return norm
  }

  private func pass(
    _ inputs: [Tensor], _ layers: [any Layer], _ forward: ([Tensor]) throws -> Tensor,
    in precision: Precision, differentiated: Bool
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

  /// Largest deviation relative to the largest value.
  private func error(_ found: [Float], _ wanted: [Float]) -> Float {
    #expect(found.count == wanted.count)
    let scale = wanted.reduce(0) { max($0, abs($1)) }
    return zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  private func compare(_ composed: Pass, _ fused: Pass, within tolerance: Float) {
    #expect(error(composed.output, fused.output) <= tolerance)
    for (found, wanted) in zip(composed.gradients, fused.gradients) {
      #expect(error(found, wanted) <= tolerance)
    }
    for (found, wanted) in zip(composed.buffers, fused.buffers) {
      #expect(error(found, wanted) <= 1e-5)
    }
  }

  /// Of bfloat16: the plain steps round twice where the fused ones round once, half a unit is 0.4 %,
  /// and sums of gradients cancel.
  private func tolerance(_ precision: Precision) -> Float { precision == .float32 ? 2e-5 : 0.03 }

  private static let modes: [NormalisationMode] = [.batch, .batchOnly, .running]

  @Test(arguments: modes, [Precision.float32, .bfloat16])
  func normalisationsAreTheSame(mode: NormalisationMode, precision: Precision) throws {
    for slope in [0, 0.2, 1] {
      let input = try field(Self.channels, seed: 1)
      let passes = try [true, false].map { isComposed in
        let norm = try norm()
        let layer = Normalisation(norm, slope: slope, mode: mode)
        return try pass(
          [input], [norm], { try isComposed ? layer.composed($0[0]) : layer($0[0]) },
          in: precision, differentiated: mode != .running)
      }
      compare(passes[0], passes[1], within: tolerance(precision))
    }
  }

  @Test(
    arguments: [
      (1, 1, Conv2d.Padding.zeros), (3, 1, .zeros), (3, 1, .reflection), (3, 2, .reflection),
    ],
    [Precision.float32, .bfloat16])
  func normalisedConvolutionsAreTheSame(
    shape: (kernel: Int, stride: Int, padding: Conv2d.Padding), precision: Precision
  ) throws {
    var generator = SeededGenerator(seed: 2)
    let convolution = try Conv2d(
      name: "conv", input: Self.channels, output: 5, kernel: shape.kernel, stride: shape.stride,
      padding: shape.padding,
      initial: { count, bound in
        (0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }
      })
    let input = try field(Self.channels, seed: 3)
    let passes = try [true, false].map { isComposed in
      let norm = try norm()
      let before = Normalisation(norm, slope: 0.2, mode: .batch)
      return try pass(
        [input], [norm, convolution],
        {
          try isComposed
            ? convolution.composed($0[0], after: before) : convolution($0[0], after: before)
        }, in: precision, differentiated: true)
    }
    compare(passes[0], passes[1], within: tolerance(precision))
  }

  @Test(arguments: [Precision.float32, .bfloat16]) func joinsAreTheSame(precision: Precision) throws
  {
    for width in [2, 16] {
      let inputs = [try field(3, width: 2 * width, seed: 4), try field(4, width: width, seed: 5)]
      let passes = try [true, false].map { isComposed in
        try pass(
          inputs, [],
          { try isComposed ? $0[0].composedJoined(with: $0[1]) : $0[0].joined(with: $0[1]) },
          in: precision, differentiated: true)
      }
      compare(passes[0], passes[1], within: precision == .float32 ? 1e-6 : 0.01)
    }
  }

  @Test func aSkipOfAnotherSizeIsAnErrorOfBoth() throws {
    let (skip, below) = (try field(3, seed: 4), try field(4, seed: 5))
    #expect(throws: TorchError.self) { try skip.joined(with: below) }
    #expect(throws: TorchError.self) { try skip.composedJoined(with: below) }
  }

  /// The gradient of a sum is one array for both terms; each normalisation writes its own over it.
  @Test func aGradientThatIsSharedIsNotOverwritten() throws {
    let inputs = [try field(Self.channels, seed: 8), try field(Self.channels, seed: 9)]
    let passes = try [true, false].map { isComposed in
      let layers = [try norm(), try norm()]
      return try pass(
        inputs, layers,
        { inputs in
          let terms = try zip(inputs, layers).map { input, norm in
            let layer = Normalisation(norm, slope: 0.2, mode: .batch)
            return try isComposed ? layer.composed(input) : layer(input)
          }
          return try terms[0] + terms[1]
        }, in: .float32, differentiated: true)
    }
    compare(passes[0], passes[1], within: tolerance(.float32))
  }

  @Test func aFieldThatIsTooSmallToMirrorIsAnErrorOfBoth() throws {
    let convolution = try Conv2d(
      name: "conv", input: Self.channels, output: 2, kernel: 3, padding: .reflection,
      initial: { count, _ in [Float](repeating: 0, count: count) })
    let layer = Normalisation(try norm(), slope: 1, mode: .batch)
    let flat = try field(Self.channels, width: 2, seed: 6)  // one pixel high
    #expect(throws: TorchError.self) { try convolution(flat, after: layer) }
    #expect(throws: TorchError.self) { try convolution.composed(flat, after: layer) }
  }
}
