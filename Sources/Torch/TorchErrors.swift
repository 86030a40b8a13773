import Errors

extension DipperError.Domain {
  /// Errors of the tensor library and of weights files.
  public static let torch = Self("torch")
}

extension DipperError.Code {
  /// LibTorch failed: shapes do not fit together, or the CPU's memory does not suffice.
  public static let torchFailed = Self(.torch, name: "torch-failed")
  /// A GPU has not enough memory.
  public static let gpuMemoryExhausted = Self(.torch, name: "gpu-memory-exhausted")
  /// The requested GPU does not exist or cannot be used.
  public static let cudaUnavailable = Self(.torch, name: "cuda-unavailable")
  /// The bytes are not a safetensors file, or its arrays are not the expected ones.
  public static let safetensorsInvalid = Self(.torch, name: "safetensors-invalid")
}
