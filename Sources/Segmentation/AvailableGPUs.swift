import Errors
import Torch

/// The GPUs of this machine that networks can be computed on.
public enum AvailableGPUs {
  /// Returns their names by index, at least one. Call it before anything has been computed.
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
