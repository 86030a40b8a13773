import Errors
import Torch

/// The GPUs of this machine on which networks can be computed.
public enum AvailableGPUs {
  /// Returns the names of these GPUs by index, at least one. Call it before the process computes
  /// anything.
  ///
  /// - Throws: `DipperError` of code `deviceUnavailable`; its message `no CUDA device: ...` says
  ///   what is missing.
  public static func names() throws -> [String] {
    do {
      return try TorchRuntime.cudaDevices()
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.deviceUnavailable, error.message)
    }
  }
}
