import Errors
import Torch

/// The GPUs of this machine on which networks can be.
public enum AvailableGPUs {
  /// Their names by index, at least one. To be called before anything has computed.
  ///
  /// - Throws: `DipperError` of code `deviceUnavailable`, `no CUDA device: ...`, which says what is missing.
  public static func names() throws -> [String] {
    do { return try TorchRuntime.cudaDevices() } catch let error as DipperError
      where error.domain == .torch
    {
      throw DipperError(.deviceUnavailable, error.message)
    }
  }
}
