import TestSupport
import Testing
import Torch

/// Compares convolutions of 3 x 3 at stride 1 with many channels, which are computed by Winograd's
/// minimal filtering, with LibTorch's own.
@Suite("Winograd convolution", .serialized)
struct ConvolutionTests {
  struct Shape: CustomTestStringConvertible {
    var images = 1
    var input: Int
    var output: Int
    var height: Int
    var width: Int
    var padding = Conv2d.PaddingMode.zeros
    var testDescription: String { "\(images) x \(input) -> \(output), \(height) x \(width)" }
  }

  private func values(_ count: Int, from generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  private func convolution(
    _ shape: Shape, from generator: inout SeededGenerator
  ) throws -> Conv2d {
    try Conv2d(
      name: "conv", input: shape.input, output: shape.output, kernel: 3, padding: shape.padding,
      initial: { count, bound in values(count, from: &generator).map { bound * $0 } })
  }

  /// Returns the result, and the gradients of its product with fixed weights with respect to the
  /// input, the kernel and the bias.
  private func pass(
    _ input: Tensor, through layer: Conv2d, of shape: Shape, by forward: (Tensor) throws -> Tensor
  ) throws -> [[Float]] {
    let leaves = [input] + layer.parameters.map(\.tensor)
    for leaf in leaves { try leaf.clearGradient() }
    let output = try forward(input)
    var generator = SeededGenerator(seed: 7)
    let count = shape.images * shape.output * shape.height * shape.width
    let weights = try Tensor.from(values(count, from: &generator), shape: try output.shape())
    try (output * weights).sum().backward()
    return [try output.floats()] + (try leaves.map { try $0.gradient().floats() })
  }

  /// Returns the root mean square of the deviation, relative to that of the expected values.
  private func error(_ found: [Float], expected: [Float]) -> Double {
    #expect(found.count == expected.count)
    let square = zip(found, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (square / expected.reduce(0.0) { $0 + Double($1 * $1) }).squareRoot()
  }

  /// The shapes have odd sizes, so that tiles reach over the border; channels that no vector width
  /// divides; more tiles than one block; the smallest size that is computed this way; and the most
  /// channels for its pixels that the networks have.
  @Test(
    "filtering gives the convolution's sum and its gradients",
    arguments: [
      Shape(input: 132, output: 128, height: 40, width: 56, padding: .reflection),
      Shape(images: 2, input: 16, output: 16, height: 61, width: 66),
      Shape(images: 3, input: 48, output: 17, height: 13, width: 7),
      Shape(input: 19, output: 33, height: 5, width: 37, padding: .reflection),
      Shape(images: 2, input: 96, output: 32, height: 30, width: 31),
      Shape(input: 16, output: 16, height: 12, width: 12),
      Shape(images: 2, input: 384, output: 128, height: 16, width: 16),
    ])
  func matchesSum(shape: Shape) throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try convolution(shape, from: &generator)
    let count = shape.images * shape.input * shape.height * shape.width
    let input = try Tensor.from(
      values(count, from: &generator),
      shape: [shape.images, shape.input, shape.height, shape.width]
    ).requireGradient()
    let found = try pass(input, through: layer, of: shape) { try layer($0) }
    let expected = try pass(input, through: layer, of: shape) { try layer.unfused($0) }
    for (found, expected) in zip(found, expected) {
      #expect(error(found, expected: expected) <= 3e-6)
    }
    // Both round, in different orders: equal bits would mean that one was computed twice.
    #expect(found[0] != expected[0])
  }

  @Test("a single pixel gives the rotated kernel wherever it lies in its tile")
  func givesKernel() throws {
    var generator = SeededGenerator(seed: 2)
    let shape = Shape(input: 16, output: 16, height: 18, width: 19)
    let layer = try convolution(shape, from: &generator)
    let kernel = try layer.parameters[0].tensor.floats()
    let bias = try layer.parameters[1].tensor.floats()
    for (row, column) in [(0, 0), (3, 4), (5, 18), (10, 9), (17, 7)] {
      var pixels = [Float](repeating: 0, count: 16 * 18 * 19)
      pixels[(5 * 18 + row) * 19 + column] = 1
      let output = try withoutGradient {
        try layer(Tensor.from(pixels, shape: [1, 16, 18, 19])).floats()
      }
      for channel in 0..<16 {
        for y in 0..<18 {
          for x in 0..<19 {
            let down = row - y + 1
            let right = column - x + 1
            let isReached = (0..<3).contains(down) && (0..<3).contains(right)
            let weight = isReached ? kernel[((channel * 16 + 5) * 3 + down) * 3 + right] : 0
            let found = output[(channel * 18 + y) * 19 + x]
            #expect(abs(found - bias[channel] - weight) <= 1e-6)
          }
        }
      }
    }
  }

  @Test("a repeated convolution gives the same bits")
  func repeatsBits() throws {
    var generator = SeededGenerator(seed: 3)
    let shape = Shape(images: 2, input: 48, output: 16, height: 33, width: 47)
    let layer = try convolution(shape, from: &generator)
    let input = try Tensor.from(
      values(2 * 48 * 33 * 47, from: &generator), shape: [2, 48, 33, 47]
    ).requireGradient()
    let first = try pass(input, through: layer, of: shape) { try layer($0) }
    for _ in 0..<3 {
      #expect(try pass(input, through: layer, of: shape) { try layer($0) } == first)
    }
  }
}
