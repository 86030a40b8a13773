import CTorch
import Glibc

/// The loaded LibTorch: what it is and how many threads it may use.
///
/// Its settings belong to the process; a worker sets them once, before its first job.
public enum TorchRuntime {
  /// What a result's bits depend on.
  public struct Report: Hashable, Sendable {
    /// Of the library, for instance `2.15.0`.
    public var version: String
    /// That the kernels were chosen for, for instance `AVX2`.
    public var instructionSet: String
    /// Within one operation.
    public var threads: Int
  }

  /// What the loaded library says of itself.
  ///
  /// - Throws: `TorchError` of code `library`.
  public static func report() throws -> Report {
    var threads: Int32 = 0
    try call { ctorch_threads(&threads, $0) }
    return Report(
      version: try makeText { ctorch_version($0, $1) },
      instructionSet: try makeText { ctorch_instruction_set($0, $1) },
      threads: Int(threads))
  }

  /// Carries out `body` with `count` threads within one operation, with denormal numbers flushed to
  /// zero, which slow saturated sigmoids down a hundredfold, and with large blocks of memory kept for
  /// the next tensor until it ends. With `roundedFactors` a GPU rounds the factors of float32
  /// convolutions to 11 bits (TF32), for which it has other, faster units; without, float32 has its 24.
  ///
  /// Flushing belongs to the calling thread, which gets its floating-point environment back: with
  /// denormal numbers flushed, other code on it would misread what it parses. The count of threads
  /// belongs to the process and stays, and so does how GPUs round.
  ///
  /// - Throws: `TorchError` of code `library`; what `body` throws.
  public static func configured<Result>(
    threads count: Int, roundedFactors: Bool = false, _ body: () throws -> Result
  ) throws -> Result {
    try call { ctorch_set_threads(Int32(count), $0) }
    try call { ctorch_set_rounded_factors(roundedFactors, $0) }
    try call { ctorch_pool_memory($0) }
    defer {
      try? call { ctorch_release_memory($0) }
      try? call { ctorch_cuda_release_memory($0) }
    }
    var environment = fenv_t()
    fegetenv(&environment)
    defer { fesetenv(&environment) }
    try call { ctorch_set_flush_denormal(true, $0) }
    return try body()
  }

  /// The most bytes that large blocks have taken at once since the last `configured` ended.
  ///
  /// - Throws: `TorchError` of code `library`.
  package static func mostMemory() throws -> Int {
    var bytes: Int64 = 0
    try call { ctorch_most_memory(&bytes, $0) }
    return Int(bytes)
  }

  /// Whether the processor multiplies matrices of bfloat16 by instructions of its own.
  ///
  /// - Throws: `TorchError` of code `library`.
  public static func hasBFloat16() throws -> Bool {
    var has = false
    try call { ctorch_has_bfloat16(&has, $0) }
    return has
  }
}

/// Carries out `body` without recording it for differentiation.
///
/// Grad mode belongs to the thread: `body` is synchronous, so it cannot hop.
public func withoutGradient<Result>(_ body: () throws -> Result) throws -> Result {
  var before = false
  try call { ctorch_set_grad_enabled(false, &before, $0) }
  defer {
    var ignored = false
    try? call { ctorch_set_grad_enabled(before, &ignored, $0) }
  }
  return try body()
}
