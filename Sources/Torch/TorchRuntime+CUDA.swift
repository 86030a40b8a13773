import CTorch

extension TorchRuntime {
  /// The names of the GPUs that this process can compute on, by their index, at least one.
  ///
  /// Loads LibTorch's CUDA part where the machine has a GPU, which takes a second or so. It must
  /// come before the process's first computation: the library looks for that part only once.
  ///
  /// - Throws: `TorchError` of code `device`, `no CUDA device: ...`, which says what is missing.
  public static func cudaDevices() throws -> [String] {
    var (gpus, usable): (Int32, Int32) = (0, 0)
    do { try call { ctorch_cuda_driver_devices(&gpus, $0) } } catch { throw missing("\(error)") }
    guard gpus > 0 else { throw missing("the NVIDIA driver of this machine sees no GPU") }
    do { try call { ctorch_load_cuda("libtorch_cuda.so", $0) } } catch {
      throw missing("LibTorch's CUDA part does not load (\(error)); run Scripts/bootstrap --cuda")
    }
    try call { ctorch_cuda_devices(&usable, $0) }
    guard usable >= gpus else {
      throw missing(
        "LibTorch can use \(usable) of the \(gpus) that are here; is the NVIDIA driver too old?")
    }
    return try (0..<gpus).map { index in try makeText { ctorch_cuda_device_name(index, $0, $1) } }
  }

  /// Makes sure that `device` can be used.
  ///
  /// - Throws: `TorchError` of code `device`, `no CUDA device: ...`, which says what is missing.
  public static func require(_ device: Device) throws {
    guard case .cuda(let index) = device else { return }
    let gpus = try cudaDevices()
    guard index < gpus.count else {
      throw missing("\(device) is asked for and this machine has \(gpus.count), from cuda:0")
    }
  }

  private static func missing(_ reason: String) -> TorchError {
    TorchError(.device, "no CUDA device: \(reason)")
  }
}
