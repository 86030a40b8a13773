import CKernels
import CTorch
import Glibc

/// The loaded LibTorch and its settings, which belong to the process.
public enum TorchRuntime {
  /// The properties of the library on which the bits of a result depend.
  public struct LibraryProperties: Hashable, Sendable {
    /// The library's version, for instance `2.15.0`.
    public var version: String
    /// The instruction set for which the library chose its kernels, for instance `AVX2`.
    public var instructionSet: String
    /// The number of threads within one operation.
    public var threads: Int
  }

  /// Returns the properties of the loaded library.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public static func libraryProperties() throws -> LibraryProperties {
    var threads: Int32 = 0
    try call { ctorch_threads(&threads, $0) }
    return LibraryProperties(
      version: try makeText { ctorch_version($0, $1) },
      instructionSet: try makeText { ctorch_instruction_set($0, $1) },
      threads: Int(threads))
  }

  /// Runs `body` with the settings of a job.
  ///
  /// - Denormal numbers are flushed to zero on the calling thread, because they make saturated
  ///   sigmoids a hundred times slower. The thread's floating-point environment is restored at the
  ///   end, because other code on the thread would read small numbers as 0.
  /// - Large blocks of CPU memory are kept for the next tensor until `body` ends.
  /// - The thread count and `allowsTF32` are set for the process and remain after the call.
  ///
  /// - Parameters:
  ///   - count: The number of threads within one operation, at least 1.
  ///   - allowsTF32: True if GPUs may round the factors of float32 convolutions to 11 bits, which
  ///     is faster. Otherwise the factors keep their 24 bits.
  ///   - body: The work.
  /// - Throws: `DipperError` of code `torchFailed`, or the error of `body`.
  public static func configured<Result>(
    threads count: Int, allowsTF32: Bool = false, _ body: () throws -> Result
  ) throws -> Result {
    try call { ctorch_set_threads(Int32(count), $0) }
    try call { ctorch_cuda_allow_tf32(allowsTF32, $0) }
    try call { ckernels_use_memory_pool($0) }
    defer {
      try? call { ckernels_empty_memory_pool($0) }
      try? call { ctorch_cuda_empty_cache($0) }
    }
    var environment = fenv_t()
    fegetenv(&environment)
    defer { fesetenv(&environment) }
    try call { ctorch_set_flush_denormal(true, $0) }
    return try body()
  }

  /// Returns the largest number of bytes of large blocks in use at once since the last `configured`
  /// ended.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  package static func peakMemory() throws -> Int {
    var bytes: Int64 = 0
    try call { ckernels_peak_memory(&bytes, $0) }
    return Int(bytes)
  }

  /// Returns true if the processor has instructions for matrix products of bfloat16.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public static func hasBFloat16() throws -> Bool {
    var has = false
    try call { ctorch_has_bfloat16(&has, $0) }
    return has
  }
}

/// Runs `body` without recording it for differentiation.
///
/// Grad mode is a property of the thread; `body` is synchronous and therefore stays on it.
public func withoutGradient<Result>(_ body: () throws -> Result) throws -> Result {
  var before = false
  try call { ctorch_set_grad_enabled(false, &before, $0) }
  defer {
    var ignored = false
    try? call { ctorch_set_grad_enabled(before, &ignored, $0) }
  }
  return try body()
}
