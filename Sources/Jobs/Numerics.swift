/// The processor's share in the bits of a result.
public struct Numerics: Hashable, Sendable, Codable {
  /// The threads within one operation of the numerical library.
  public var threads: Int = 1
  /// The instructions that may shape the bits.
  public var mode: NumericMode = .native

  /// Creates the default: one thread, native.
  public init() {}
}

/// The processor's instructions that may shape the bits of a result.
public enum NumericMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// All that the processor has, for speed; processors of another kind give other bits.
  case native
  /// Those that every x86-64 processor has: all give the same bits, more slowly.
  case portable
}

/// The precision of the values inside a network in training; its weights and all sums are float32 in any
/// case.
public enum TrainingPrecision: String, Hashable, Sendable, Codable, CaseIterable {
  /// Has 24 bits of significand.
  case float32
  /// Has 8 bits of significand in the range of float32.
  case bfloat16
  /// Stores float32, but a GPU rounds the factors of convolutions to 11 bits (NVIDIA's TF32).
  case tensorFloat32 = "tfloat32"
}
