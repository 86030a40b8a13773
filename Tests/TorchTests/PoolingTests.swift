import TestSupport
import Testing
import Torch

/// Max pooling beside its definition.
struct PoolingTests {
  private static let (batch, channels, height, width) = (2, 5, 6, 12)

  /// The place of each window's maximum among the values in row-major order: the first of equal ones;
  /// a NaN is larger than all.
  private func places(_ values: [Float], size: Int) -> [Int] {
    var places: [Int] = []
    for plane in 0..<(Self.batch * Self.channels) {
      for row in 0..<(Self.height / size) {
        for column in 0..<(Self.width / size) {
          let window = (0..<(size * size)).map {
            (plane * Self.height + row * size + $0 / size) * Self.width + column * size + $0 % size
          }
          places.append(
            window.dropFirst().reduce(window[0]) {
              values[$1] > values[$0] || values[$1].isNaN ? $1 : $0
            })
        }
      }
    }
    return places
  }

  private func field() -> [Float] {
    var generator = SeededGenerator(seed: 7)
    // Few different values: many are equal. All are exact in bfloat16.
    var values = (0..<(Self.batch * Self.channels * Self.height * Self.width)).map { _ in
      Float(Int.random(in: -2...2, using: &generator))
    }
    (values[17], values[40]) = (.nan, -.infinity)
    return values
  }

  @Test(arguments: [1, 2, 3], [Precision.float32, .bfloat16])
  func maximaAndTheirGradientsAreThoseOfTheDefinition(size: Int, precision: Precision) throws {
    let values = field()
    let shape = [Self.batch, Self.channels, Self.height, Self.width]
    let input = try Tensor.from(values, shape: shape).requireGradient()
    let pooled = try input.cast(to: precision).maxPooled(size).cast(to: .float32)
    let places = places(values, size: size)
    // A NaN is equal to none, and rounding may change its bits.
    let bits = { (value: Float) in value.isNaN ? nil : value.bitPattern }
    #expect(try pooled.floats().map(bits) == places.map { bits(values[$0]) })

    let weights = places.indices.map { Float($0 % 11) - 4 }
    try (pooled * Tensor.from(weights, shape: pooled.shape())).sum().backward()
    var expected = [Float](repeating: 0, count: values.count)
    for (place, weight) in zip(places, weights) { expected[place] += weight }
    #expect(try input.gradient().floats() == expected)
  }

  @Test func aSizeThatDoesNotDivideTheImageIsAnError() throws {
    let input = try Tensor.filled(1, shape: [1, 2, 6, 9])
    #expect(throws: TorchError.self) { try input.maxPooled(2) }
    #expect(throws: TorchError.self) { try input.maxPooled(0) }
    #expect(try input.maxPooled(3).shape() == [1, 2, 2, 3])
  }
}
