import Expectations
import TestSupport
import Testing
import Torch

@Suite("Max pooling")
struct MaxPoolTests {
  private static let batch = 2
  private static let channels = 5
  private static let height = 6
  private static let width = 12

  /// Returns the row-major index of each window's maximum: the first of equal ones, where NaN is larger
  /// than all numbers.
  private func maximumIndices(_ values: [Float], size: Int) -> [Int] {
    var indices: [Int] = []
    for plane in 0..<(Self.batch * Self.channels) {
      for row in 0..<(Self.height / size) {
        for column in 0..<(Self.width / size) {
          let window = (0..<(size * size)).map {
            (plane * Self.height + row * size + $0 / size) * Self.width + column * size + $0 % size
          }
          indices.append(
            window.dropFirst().reduce(window[0]) {
              values[$1] > values[$0] || values[$1].isNaN ? $1 : $0
            })
        }
      }
    }
    return indices
  }

  /// Returns values of which many are equal. All are exact in bfloat16.
  private func sample() -> [Float] {
    var generator = SeededGenerator(seed: 7)
    var values = (0..<(Self.batch * Self.channels * Self.height * Self.width)).map { _ in
      Float(Int.random(in: -2...2, using: &generator))
    }
    values[17] = .nan
    values[40] = -.infinity
    return values
  }

  @Test(
    "maxima and their gradients are those of the definition",
    arguments: [1, 2, 3], [Precision.float32, .bfloat16])
  func followsDefinition(size: Int, precision: Precision) throws {
    let values = sample()
    let shape = [Self.batch, Self.channels, Self.height, Self.width]
    let input = try Tensor.from(values, shape: shape).requireGradient()
    let pooled = try input.cast(to: precision).maxPooled(size).cast(to: .float32)
    let indices = maximumIndices(values, size: size)
    // NaN does not equal itself, and rounding may change its bits.
    let bits = { (value: Float) in value.isNaN ? nil : value.bitPattern }
    #expect(try pooled.floats().map(bits) == indices.map { bits(values[$0]) })

    let weights = indices.indices.map { Float($0 % 11) - 4 }
    try (pooled * Tensor.from(weights, shape: pooled.shape())).sum().backward()
    var expected = [Float](repeating: 0, count: values.count)
    for (index, weight) in zip(indices, weights) { expected[index] += weight }
    #expect(try input.gradient().floats() == expected)
  }

  @Test("a window that does not divide the image is an error")
  func refusesSize() throws {
    let input = try Tensor.filled(1, shape: [1, 2, 6, 9])
    expectError(in: .torch) { try input.maxPooled(2) }
    expectError(in: .torch) { try input.maxPooled(0) }
    #expect(try input.maxPooled(3).shape() == [1, 2, 2, 3])
  }
}
