import Foundation

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
    fill(count, stream: stream, case: `case`, step: step) { word, values in
      // 24 bits: every value is exact and 1 is never reached.
      for lane in 0..<4 { values[lane] = low + (high - low) * Float(word[lane] >> 8) * 0x1p-24 }
    }
  }

  /// `count` values of a normal distribution of mean 0, by Box and Muller.
  public func normals(
    _ count: Int, deviation: Float, stream: Stream, case: Int = 0, step: Int = 0
  ) -> [Float] {
    fill(count, stream: stream, case: `case`, step: step) { word, values in
      for lane in stride(from: 0, to: 4, by: 2) {
        // In (0, 1], so that the logarithm is finite.
        let uniform = (Float(word[lane] >> 8) + 1) * 0x1p-24
        let angle = 2 * Float.pi * Float(word[lane + 1] >> 8) * 0x1p-24
        let radius = deviation * (-2 * log(uniform)).squareRoot()
        values[lane] = radius * cos(angle)
        values[lane + 1] = radius * sin(angle)
      }
    }
  }

  private func fill(
    _ count: Int, stream: Stream, case: Int, step: Int,
    _ convert: (SIMD4<UInt32>, inout SIMD4<Float>) -> Void
  ) -> [Float] {
    // The counter's words: block, case and stream, step. Streams are few, so they share a word.
    let place = UInt32(truncatingIfNeeded: `case`) << 4 | stream.rawValue
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      var values = SIMD4<Float>()
      for block in 0..<(count + 3) / 4 {
        let counter = SIMD4<UInt32>(
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), place,
          UInt32(truncatingIfNeeded: step))
        convert(philox(counter, seed: seed), &values)
        for lane in 0..<min(4, count - 4 * block) { buffer[4 * block + lane] = values[lane] }
      }
      initialised = count
    }
  }
}

/// One block of Philox 4x32-10: 128 random bits of a counter and a key.
package func philox(_ counter: SIMD4<UInt32>, seed: UInt64) -> SIMD4<UInt32> {
  var state = counter
  var (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  for _ in 0..<10 {
    let first = UInt64(state[0]) * 0xD251_1F53
    let second = UInt64(state[2]) * 0xCD9E_8D57
    state = SIMD4(
      UInt32(truncatingIfNeeded: second >> 32) ^ state[1] ^ low,
      UInt32(truncatingIfNeeded: second),
      UInt32(truncatingIfNeeded: first >> 32) ^ state[3] ^ high,
      UInt32(truncatingIfNeeded: first))
    low &+= 0x9E37_79B9
    high &+= 0xBB67_AE85
  }
  return state
}
