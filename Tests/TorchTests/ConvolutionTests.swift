import TestSupport
import Testing
import Torch

/// Convolutions of 3 x 3 at stride 1 with many channels, which go by Winograd's filtering, beside
/// LibTorch's own sums.
@Suite(.serialized) struct ConvolutionTests {
  struct Shape: CustomTestStringConvertible {
    var images = 1
    var input: Int
    var output: Int
    var height: Int
    var width: Int
    var padding = Conv2d.Padding.zeros
    var testDescription: String { "\(images) x \(input) -> \(output), \(height) x \(width)" }
  }

  private func values(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  private func convolution(_ shape: Shape, _ generator: inout SeededGenerator) throws -> Conv2d {
    try Conv2d(
      name: "conv", input: shape.input, output: shape.output, kernel: 3, padding: shape.padding,
      initial: { count, bound in values(count, &generator).map { bound * $0 } })
  }

  /// The result, and the gradients of its product with fixed weights: of the input, kernel and bias.
  private func pass(
    _ input: Tensor, _ layer: Conv2d, _ shape: Shape, _ forward: (Tensor) throws -> Tensor
  ) throws -> [[Float]] {
    let leaves = [input] + layer.parameters.map(\.tensor)
    for leaf in leaves { try leaf.clearGradient() }
    let output = try forward(input)
    var generator = SeededGenerator(seed: 7)
    let count = shape.images * shape.output * shape.height * shape.width
    let weights = try Tensor.from(values(count, &generator), shape: try output.shape())
    try (output * weights).sum().backward()
    return [try output.floats()] + (try leaves.map { try $0.gradient().floats() })
  }

  /// Root of the mean square of the deviation, relative to that of the values.
  private func error(_ found: [Float], _ wanted: [Float]) -> Double {
    #expect(found.count == wanted.count)
    let square = zip(found, wanted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (square / wanted.reduce(0.0) { $0 + Double($1 * $1) }).squareRoot()
  }

  /// Odd sizes, so that tiles reach over the border; channels that no vector divides; more tiles than
  /// are worked on at once; the smallest that goes this way; the most channels for its pixels that the
  /// networks have.
  @Test(arguments: [
    Shape(input: 132, output: 128, height: 40, width: 56, padding: .reflection),
    Shape(images: 2, input: 16, output: 16, height: 61, width: 66),
    Shape(images: 3, input: 48, output: 17, height: 13, width: 7),
    Shape(input: 19, output: 33, height: 5, width: 37, padding: .reflection),
    Shape(images: 2, input: 96, output: 32, height: 30, width: 31),
    Shape(input: 16, output: 16, height: 12, width: 12),
    Shape(images: 2, input: 384, output: 128, height: 16, width: 16),
  ])
  func filteringGivesTheSum(shape: Shape) throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try convolution(shape, &generator)
    let count = shape.images * shape.input * shape.height * shape.width
    let input = try Tensor.from(
      values(count, &generator), shape: [shape.images, shape.input, shape.height, shape.width]
    ).requireGradient()
    let found = try pass(input, layer, shape) { try layer($0) }
    let wanted = try pass(input, layer, shape) { try layer.composed($0) }
    for (found, wanted) in zip(found, wanted) { #expect(error(found, wanted) <= 3e-6) }
    // Both are rounded sums in different orders: equal bits would mean that one was taken twice.
    #expect(found[0] != wanted[0])
  }

  /// What one pixel gives, wherever it lies in its tile: the kernel turned round, and nothing else.
  @Test func aPixelGivesTheKernel() throws {
    var generator = SeededGenerator(seed: 2)
    let shape = Shape(input: 16, output: 16, height: 18, width: 19)
    let layer = try convolution(shape, &generator)
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
            let (down, right) = (row - y + 1, column - x + 1)
            let isReached = (0..<3).contains(down) && (0..<3).contains(right)
            let weight = isReached ? kernel[((channel * 16 + 5) * 3 + down) * 3 + right] : 0
            let found = output[(channel * 18 + y) * 19 + x]
            #expect(abs(found - bias[channel] - weight) <= 1e-6)
          }
        }
      }
    }
  }

  /// How often a job is computed must not change a bit of it.
  @Test func theBitsAreTheSameEveryTime() throws {
    var generator = SeededGenerator(seed: 3)
    let shape = Shape(images: 2, input: 48, output: 16, height: 33, width: 47)
    let layer = try convolution(shape, &generator)
    let input = try Tensor.from(
      values(2 * 48 * 33 * 47, &generator), shape: [2, 48, 33, 47]
    ).requireGradient()
    let first = try pass(input, layer, shape) { try layer($0) }
    for _ in 0..<3 { #expect(try pass(input, layer, shape) { try layer($0) } == first) }
  }
}
