import Jobs
import Torch

/// The DIP Net's input `z + z-hat` (paper, section 4): z uniform, fixed for each case; z-hat normal,
/// drawn anew every epoch. Both are drawn pixel by pixel, the channels of a pixel one after the other,
/// as the network's convolutions read them.
package final class NoiseInput {
  /// The input of the prepared epoch, `(N, channels, size, size)`.
  package let tensor: Tensor
  /// Its part of each case.
  private let parts: [Tensor]
  private let fixed: [[Float]]
  private let generator: CounterGenerator
  private let deviation: Float
  private var prefetched: (epoch: Int, values: [[Float]])?

  /// Draws the noise of a prior for `count` cases of `size x size` pixels.
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

  /// The given z for every case, `(size, size, channels)`, and no z-hat.
  package convenience init(fixed: [[Float]], channels: Int, size: Int) throws {
    try self.init(
      fixed, channels: channels, size: size, generator: CounterGenerator(seed: 0), deviation: 0,
      on: .cpu)
  }

  private init(
    _ fixed: [[Float]], channels: Int, size: Int, generator: CounterGenerator, deviation: Float,
    on device: Device
  ) throws {
    (self.fixed, self.generator, self.deviation) = (fixed, generator, deviation)
    let pixels = try Tensor.from(
      fixed.flatMap { $0 }, shape: [fixed.count, size, size, channels], on: device)
    tensor = try pixels.permutedToNCHW()
    parts = try fixed.indices.map { try pixels.narrowed(axis: 0, from: $0, length: 1) }
  }

  /// Gives the tensor the values of `epoch`.
  package func prepare(epoch: Int) throws {
    guard deviation > 0 else { return }
    let known = prefetched?.epoch == epoch ? prefetched?.values : nil
    prefetched = nil
    for (index, part) in parts.enumerated() {
      if let known {
        try part.assign(known[index])
      } else {
        try part.assign { draw(epoch, of: index, into: $0) }
      }
    }
  }

  /// Draws the values of `epoch` now, so that `prepare` need not.
  package func prefetch(epoch: Int) {
    guard deviation > 0 else { return }
    let values = fixed.indices.map { index in
      [Float](unsafeUninitializedCapacity: fixed[index].count) { buffer, initialised in
        draw(epoch, of: index, into: buffer)
        initialised = fixed[index].count
      }
    }
    prefetched = (epoch, values)
  }

  private func draw(_ epoch: Int, of index: Int, into values: UnsafeMutableBufferPointer<Float>) {
    let z = fixed[index]
    generator.fill(
      UnsafeMutableBufferPointer(rebasing: values[..<z.count]), deviation: deviation,
      stream: .epochNoise, case: index, step: epoch)
    for place in z.indices { values[place] += z[place] }
  }
}
