import Torch

/// Random numbers as a pure function of (seed, stream, case, step, index), by Philox 4x32-10
/// (Salmon, Moraes, Dror and Shaw 2011), equation (57).
///
/// The generator has no state, so a resumed job draws the same numbers as an undisturbed one.
public struct CounterGenerator: Hashable, Sendable {
  /// The purpose of the numbers; equal counters of different streams are independent.
  public enum Stream: UInt32, Hashable, Sendable {
    /// Initial weights of the networks.
    case weights = 1
    /// Fixed noise z of a case.
    case fixedNoise = 2
    /// Noise z-hat of a case at an epoch.
    case epochNoise = 3
  }

  private let seed: UInt64

  /// Makes the generator of a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// Returns `count` values uniform in `[low, high)`, equation (58).
  public func uniforms(
    _ count: Int, from low: Float, to high: Float, stream: Stream, case: Int = 0, step: Int = 0
  ) -> [Float] {
    Philox.uniforms(count, from: low, to: high, key: key(stream, case: `case`, step: step))
  }

  /// Fills `values` from a normal distribution of mean 0, by Box and Muller, equation (58).
  public func fill(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Float, stream: Stream, case: Int = 0,
    step: Int = 0
  ) {
    Philox.fillNormal(values, deviation: deviation, key: key(stream, case: `case`, step: step))
  }

  /// Returns the key of a sequence. The stream and the case share a word, because there are few
  /// streams.
  private func key(_ stream: Stream, case index: Int, step: Int) -> Philox.Key {
    // equation (57)
    Philox.Key(
      seed: seed, stream: UInt32(truncatingIfNeeded: index) << 4 | stream.rawValue,
      step: UInt32(truncatingIfNeeded: step))
  }
}
