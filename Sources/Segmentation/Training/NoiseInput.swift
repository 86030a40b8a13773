import Experiments
import Torch

/// The DIP Net's input `z + z-hat` (paper, section 4): z uniform, fixed for each case; z-hat normal,
/// drawn anew every epoch.
package struct NoiseInput {
  private let fixed: [[Float]]
  private let generator: CounterGenerator
  private let deviation: Float
  private let shape: [Int]
  private let device: Device

  /// Noise for `count` cases of `channels` x `size` x `size`.
  package init(
    count: Int, channels: Int, size: Int, training: TrainingParameters, seed: UInt64,
    on device: Device
  ) {
    let generator = CounterGenerator(seed: seed)
    fixed = (0..<count).map {
      generator.uniforms(
        channels * size * size, from: 0, to: Float(training.noiseScale), stream: .fixedNoise,
        case: $0)
    }
    self.generator = generator
    deviation = Float(training.noiseDeviation)
    shape = [count, channels, size, size]
    self.device = device
  }

  /// The given z for every case, and no z-hat.
  package init(fixed: [[Float]], channels: Int, size: Int) {
    self.fixed = fixed
    (generator, deviation, device) = (CounterGenerator(seed: 0), 0, .cpu)
    shape = [fixed.count, channels, size, size]
  }

  /// The input at `epoch`, `(N, channels, size, size)`.
  func tensor(epoch: Int) throws -> Tensor {
    guard deviation > 0 else {
      return try Tensor.from(fixed.flatMap { $0 }, shape: shape, on: device)
    }
    var values: [Float] = []
    values.reserveCapacity(shape.reduce(1, *))
    for (index, z) in fixed.enumerated() {
      var disturbed = generator.normals(
        z.count, deviation: deviation, stream: .epochNoise, case: index, step: epoch)
      for place in disturbed.indices { disturbed[place] += z[place] }
      values += disturbed
    }
    return try Tensor.from(values, shape: shape, on: device)
  }
}
