import Jobs
import Torch

/// The initial weights of networks as a function of the seed alone.
///
/// The n-th array gets the n-th draw of the weight stream, so two networks never share values.
final class InitialWeights {
  private let generator: CounterGenerator
  private var drawn = 0

  /// Makes the weights of a seed.
  init(seed: UInt64) { generator = CounterGenerator(seed: seed) }

  /// Returns the values of the next array, uniform in `[-bound, bound)`, equation (41).
  func next(_ count: Int, bound: Float) -> [Float] {
    defer { drawn += 1 }
    // equation (41)
    return generator.uniforms(count, from: -bound, to: bound, stream: .weights, case: drawn)
  }
}

extension VMNet {
  /// Makes the VM Net of a job with random weights.
  convenience init(
    _ network: VMNetParameters, weights: InitialWeights, on device: Device
  ) throws {
    try self.init(
      width: network.width, depth: network.depth, initial: { weights.next($0, bound: $1) },
      on: device)
  }
}

extension DIPNet {
  /// Makes the DIP Net of a job with random weights, in several copies side by side.
  convenience init(
    _ network: DIPNetParameters, copies: Int = 1, weights: InitialWeights, on device: Device
  ) throws {
    try self.init(
      channels: network.noiseChannels, width: network.width, skip: network.skip,
      depth: network.depth, copies: copies, initial: { weights.next($0, bound: $1) }, on: device)
  }
}
