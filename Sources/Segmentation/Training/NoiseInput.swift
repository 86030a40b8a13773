import Jobs
import Torch

/// The DIP Net's input `z + z-hat`, equation (47) (paper, section 4): z is uniform and fixed for
/// each case, z-hat is normal and drawn anew every epoch.
///
/// Both are drawn pixel by pixel, the channels of a pixel side by side, in the order in which the
/// network's convolutions read them.
package final class NoiseInput {
  /// Input of the prepared epoch, `(N, channels, size, size)`.
  package let tensor: Tensor
  /// Part of the tensor that belongs to each case.
  private let parts: [Tensor]
  private let fixed: [[Float]]
  private let generator: CounterGenerator
  private let deviation: Float
  private var prefetched: (epoch: Int, values: [[Float]])?

  /// Draws the fixed noise of a prior for `count` cases of `size x size` pixels.
  package convenience init(
    count: Int, prior: DeepImagePrior, size: Int, seed: UInt64, on device: Device
  ) throws {
    let channels = prior.network.noiseChannels
    let generator = CounterGenerator(seed: seed)
    let fixed = (0..<count).map {
      generator.uniforms(
        channels * size * size, from: 0, to: Float(prior.noise.scale), stream: .fixedNoise,
        case: $0)
    }
    try self.init(
      fixed, channels: channels, size: size, generator: generator,
      deviation: Float(prior.noise.deviation), on: device)
  }

  /// Makes an input from a given z for every case, `(size, size, channels)`, without z-hat.
  package convenience init(fixed: [[Float]], channels: Int, size: Int) throws {
    try self.init(
      fixed, channels: channels, size: size, generator: CounterGenerator(seed: 0), deviation: 0,
      on: .cpu)
  }

  private init(
    _ fixed: [[Float]], channels: Int, size: Int, generator: CounterGenerator, deviation: Float,
    on device: Device
  ) throws {
    self.fixed = fixed
    self.generator = generator
    self.deviation = deviation
    let pixels = try Tensor.from(
      fixed.flatMap { $0 }, shape: [fixed.count, size, size, channels], on: device)
    tensor = try pixels.permutedToNCHW()
    parts = try fixed.indices.map { try pixels.narrowed(axis: 0, from: $0, length: 1) }
  }

  /// Assigns the values of `epoch` to the tensor.
  package func prepare(epoch: Int) throws {
    guard deviation > 0 else { return }
    let known = prefetched?.epoch == epoch ? prefetched?.values : nil
    prefetched = nil
    for (index, part) in parts.enumerated() {
      if let known {
        try part.assign(known[index])
      } else {
        try part.assign { draw(into: $0, epoch: epoch, case: index) }
      }
    }
  }

  /// Draws the values of `epoch` now, so that `prepare` only has to assign them.
  package func prefetch(epoch: Int) {
    guard deviation > 0 else { return }
    let values = fixed.indices.map { index in
      [Float](unsafeUninitializedCapacity: fixed[index].count) { buffer, initialised in
        draw(into: buffer, epoch: epoch, case: index)
        initialised = fixed[index].count
      }
    }
    prefetched = (epoch, values)
  }

  private func draw(
    into values: UnsafeMutableBufferPointer<Float>, epoch: Int, case index: Int
  ) {
    let z = fixed[index]
    generator.fill(
      UnsafeMutableBufferPointer(rebasing: values[..<z.count]), deviation: deviation,
      stream: .epochNoise, case: index, step: epoch)
    for i in z.indices { values[i] += z[i] }  // equation (47)
  }
}
