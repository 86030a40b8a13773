import Errors
import Jobs
import Torch

extension Numerics {
  /// Where a job's networks are, once it is known that this process can compute there.
  ///
  /// - Throws: `DipperError` of code `deviceUnavailable`, `no CUDA device: ...`, which says what is missing.
  func networkDevice() throws -> Device {
    guard let device else { return .cpu }
    guard PortableNumerics.mode == .native else {
      throw missing("no CUDA device: this worker's numerics are portable, and a GPU's are not")
    }
    do { try TorchRuntime.require(.cuda(device.index)) } catch let error as DipperError
      where error.domain == .torch
    {
      throw missing(error.message)
    }
    return .cuda(device.index)
  }

  private func missing(_ reason: String) -> DipperError {
    DipperError(
      .deviceUnavailable,
      "\(reason); leave the job to a worker that has one, or take numerics.device out of the "
        + "configuration")
  }
}
