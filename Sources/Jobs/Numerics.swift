/// The settings of the processor on which the bits of a result depend.
public struct Numerics: Hashable, Sendable, Codable {
  /// The threads within one operation of the numerical library.
  public var threads: Int = 1
  /// The instruction sets that may be used.
  public var mode: NumericMode = .native

  /// Creates the default: one thread, native.
  public init() {}
}

/// The instruction sets of the processor that may be used, on which the bits of a result depend.
public enum NumericMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// All instructions of the processor may be used, for speed; processors of another kind give
  /// other bits.
  case native
  /// Only instructions of every x86-64 processor may be used: all give the same bits, more slowly.
  case portable
}

/// The precision of the values inside a network in training; its weights and all sums are float32
/// in any case.
public enum TrainingPrecision: String, Hashable, Sendable, Codable, CaseIterable {
  /// The significand has 24 bits.
  case float32
  /// The significand has 8 bits, and the range is that of float32.
  case bfloat16
  /// Values are stored as float32, but a GPU rounds the factors of convolutions to 11 bits
  /// (NVIDIA's TF32).
  case tensorFloat32 = "tfloat32"
}
