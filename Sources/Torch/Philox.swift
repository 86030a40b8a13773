import CKernels

/// Random numbers as a pure function of a key and an index: Philox 4x32-10 (Salmon, Moraes, Dror and
/// Shaw 2011). They have the same bits on every processor.
public enum Philox {
  /// The key of a sequence of random numbers. Sequences of different keys are independent.
  public struct Key: Hashable, Sendable {
    /// The key of the Philox generator.
    public let seed: UInt64
    /// One word of the generator's counter, for instance the purpose of the numbers.
    public let stream: UInt32
    /// Another word of the generator's counter, for instance a step of training.
    public let step: UInt32

    /// Creates a key from its three parts.
    public init(seed: UInt64, stream: UInt32, step: UInt32) {
      self.seed = seed
      self.stream = stream
      self.step = step
    }

    fileprivate var words: ckernels_random_key {
      ckernels_random_key(seed: seed, stream: stream, step: step)
    }
  }

  /// Draws `count` values uniform in `[low, high)`.
  public static func uniforms(
    _ count: Int, from low: Float, to high: Float, key: Key
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      ckernels_uniforms(key.words, low, high, buffer.baseAddress, Int64(count))
      initialised = count
    }
  }

  /// Fills `values` with a normal distribution of mean 0 (Box and Muller 1958).
  public static func fillNormal(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Float, key: Key
  ) {
    ckernels_normals(key.words, deviation, values.baseAddress, Int64(values.count))
  }

  /// Computes one block: the 128 random bits of a counter.
  public static func block(_ counter: SIMD4<UInt32>, seed: UInt64) -> SIMD4<UInt32> {
    var state = counter
    withUnsafeMutableBytes(of: &state) {
      ckernels_philox($0.bindMemory(to: UInt32.self).baseAddress, seed)
    }
    return state
  }
}
