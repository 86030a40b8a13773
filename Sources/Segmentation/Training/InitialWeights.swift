import Jobs
import Torch

/// Initial weights of a network as a function of the seed alone: the n-th draw of the weight stream
/// belongs to the n-th array, so that two networks never share values.
final class InitialWeights {
  private let generator: CounterGenerator
  private var drawn = 0

  init(seed: UInt64) { generator = CounterGenerator(seed: seed) }

  func next(_ count: Int, bound: Float) -> [Float] {
    defer { drawn += 1 }
    return generator.uniforms(count, from: -bound, to: bound, stream: .weights, case: drawn)
  }
}

extension VMNet {
  /// The VM Net that a job describes, with random weights.
  convenience init(_ network: VMNetParameters, _ weights: InitialWeights, on device: Device)
    throws
  {
    try self.init(
      width: network.width, depth: network.depth,
      initial: { weights.next($0, bound: $1) }, on: device)
  }
}

extension DIPNet {
  /// The DIP Net that a job describes, with random weights; `copies` of it side by side.
  convenience init(
    _ network: DIPNetParameters, copies: Int = 1, _ weights: InitialWeights, on device: Device
  ) throws {
    try self.init(
      channels: network.noiseChannels, width: network.width, skip: network.skip,
      depth: network.depth, copies: copies, initial: { weights.next($0, bound: $1) },
      on: device)
  }
}
