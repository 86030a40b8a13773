import Errors
import Variational

extension DipperError.Domain {
  /// Errors of carrying out a job.
  public static let segmentation = Self("segmentation")
}

extension DipperError.Code {
  /// The caller's `Control` stopped the job, which is not a failure.
  public static let jobStopped = Self(.segmentation, name: "job-stopped")
  /// The job is invalid: a parameter is missing or out of range.
  public static let jobInvalid = Self(.segmentation, name: "job-invalid")
  /// A weights file is damaged or of another kind than the job needs.
  public static let weightsInvalid = Self(.segmentation, name: "weights-invalid")
  /// The checkpoint is damaged or belongs to another job.
  public static let checkpointInvalid = Self(.segmentation, name: "checkpoint-invalid")
  /// A value was not a number, a library failed, or memory ran out.
  public static let computationFailed = Self(.segmentation, name: "computation-failed")
  /// The job's device cannot be used by this process; another process might be able to.
  public static let deviceUnavailable = Self(.segmentation, name: "device-unavailable")
}

extension DipperError {
  /// True if the job or its inputs are at fault, so that every attempt would end in this error.
  public var isPermanent: Bool {
    [.caseUnusable, .weightsInvalid, .jobInvalid].contains(code)
  }
}
