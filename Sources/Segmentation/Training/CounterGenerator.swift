import Torch

/// Random numbers as a pure function of (seed, stream, case, step, index): Philox 4x32-10 (Salmon,
/// Moraes, Dror and Shaw 2011).
///
/// Nothing is carried from one draw to the next, so a resumed job draws what an undisturbed one
/// would have drawn.
public struct CounterGenerator: Hashable, Sendable {
  /// What the numbers are for; equal counters of different streams are independent.
  public enum Stream: UInt32, Hashable, Sendable {
    /// The networks' initial weights.
    case weights = 1
    /// The fixed noise z of a case.
    case fixedNoise = 2
    /// The noise z-hat of a case at an epoch.
    case epochNoise = 3
  }

  private let seed: UInt64

  /// The numbers of this seed.
  public init(seed: UInt64) { self.seed = seed }

  /// `count` values uniform in `[low, high)`.
  public func uniforms(
    _ count: Int, from low: Float, to high: Float, stream: Stream, case: Int = 0, step: Int = 0
  ) -> [Float] {
    Philox.uniforms(count, from: low, to: high, key: key(stream, case: `case`, step: step))
  }

  /// Fills `values` with a normal distribution of mean 0, by Box and Muller.
  public func fill(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Float, stream: Stream, case: Int = 0,
    step: Int = 0
  ) {
    Philox.fillNormal(values, deviation: deviation, key: key(stream, case: `case`, step: step))
  }

  /// The key of a sequence. Streams are few, so that they share a word with the case.
  private func key(_ stream: Stream, case index: Int, step: Int) -> Philox.Key {
    Philox.Key(
      seed: seed, stream: UInt32(truncatingIfNeeded: index) << 4 | stream.rawValue,
      step: UInt32(truncatingIfNeeded: step))
  }
}
