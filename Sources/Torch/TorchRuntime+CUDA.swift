import CTorch
import Errors

extension TorchRuntime {
  /// Returns the names of the GPUs on which this process can compute, by CUDA index; at least one.
  ///
  /// Loads LibTorch's CUDA part where the machine has a GPU, which takes about a second. Call this
  /// before the process's first computation, because LibTorch looks for its CUDA part only once.
  ///
  /// - Throws: `DipperError` of code `cudaUnavailable` whose message, `no CUDA device: ...`, says what is
  ///   missing.
  public static func cudaDevices() throws -> [String] {
    var present: Int32 = 0
    do { try call { ctorch_cuda_driver_device_count(&present, $0) } } catch {
      throw missing("\(error)")
    }
    guard present > 0 else { throw missing("the NVIDIA driver of this machine sees no GPU") }
    do { try call { ctorch_load_cuda("libtorch_cuda.so", $0) } } catch {
      throw missing("LibTorch's CUDA part does not load (\(error)); run Scripts/bootstrap --cuda")
    }
    var usable: Int32 = 0
    try call { ctorch_cuda_device_count(&usable, $0) }
    guard usable >= present else {
      throw missing(
        "LibTorch can use \(usable) of the \(present) that are here; is the NVIDIA driver too old?")
    }
    return try (0..<present).map { index in
      try makeText { ctorch_cuda_driver_device_name(index, $0, $1) }
    }
  }

  /// Checks that `device` can be used.
  ///
  /// - Throws: `DipperError` of code `cudaUnavailable` whose message, `no CUDA device: ...`, says what is
  ///   missing.
  public static func require(_ device: Device) throws {
    guard case .cuda(let index) = device else { return }
    let devices = try cudaDevices()
    guard index < devices.count else {
      throw missing("\(device) is asked for and this machine has \(devices.count), from cuda:0")
    }
  }

  private static func missing(
    _ reason: String, fileID: String = #fileID, line: Int = #line
  ) -> DipperError {
    DipperError(.cudaUnavailable, "no CUDA device: \(reason)", fileID: fileID, line: line)
  }
}
