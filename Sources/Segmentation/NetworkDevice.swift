import Errors
import Jobs
import Torch

extension CUDADevice? {
  /// Returns the device of a job's networks after checking that this process can compute on it.
  ///
  /// - Throws: `DipperError` of code `deviceUnavailable`; its message `no CUDA device: ...` says
  ///   what is missing.
  func networkDevice() throws -> Device {
    guard let gpu = self else { return .cpu }
    guard PortableNumerics.mode == .native else {
      throw unavailable(
        "no CUDA device: this worker's numerics are portable, and a GPU's are not")
    }
    do {
      try TorchRuntime.require(.cuda(gpu.index))
    } catch let error as DipperError where error.domain == .torch {
      throw unavailable(error.message)
    }
    return .cuda(gpu.index)
  }

  private func unavailable(_ reason: String) -> DipperError {
    DipperError(
      .deviceUnavailable,
      "\(reason); leave the job to a worker that has one, or take numerics.device out of the "
        + "configuration")
  }
}
