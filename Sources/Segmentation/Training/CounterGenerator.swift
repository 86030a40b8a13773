import CRandom

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
    let counter = counter(stream, `case`, step)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      crandom_uniforms(counter, low, high, buffer.baseAddress, Int64(count))
      initialised = count
    }
  }

  /// Fills `values` with a normal distribution of mean 0, by Box and Muller.
  public func fill(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Float, stream: Stream, case: Int = 0,
    step: Int = 0
  ) {
    crandom_normals(
      counter(stream, `case`, step), deviation, values.baseAddress, Int64(values.count))
  }

  /// The counter's fixed words: case and stream, step. Streams are few, so they share a word.
  private func counter(_ stream: Stream, _ place: Int, _ step: Int) -> crandom_counter {
    crandom_counter(
      seed: seed, place: UInt32(truncatingIfNeeded: place) << 4 | stream.rawValue,
      step: UInt32(truncatingIfNeeded: step))
  }
}

/// One block of Philox 4x32-10: 128 random bits of a counter and a key.
package func philox(_ counter: SIMD4<UInt32>, seed: UInt64) -> SIMD4<UInt32> {
  var state = counter
  withUnsafeMutableBytes(of: &state) {
    crandom_philox($0.bindMemory(to: UInt32.self).baseAddress, seed)
  }
  return state
}
