import Blobs
import Jobs
import Runs
import Scheduling

/// Validates workers' messages. Every blob that a worker claims to have stored must exist with the
/// stated size, and every result must be readable.
///
/// Checkpoints of attempts that are over are not validated, because they may have been removed
/// before the worker knows that the attempt is over. For results of such attempts only the
/// existence of their blobs is checked.
struct MessageValidation {
  /// The outcome of a validation, with the message to act on, if any, and the worker's offence, if
  /// any.
  struct ValidatedMessage {
    var message: WorkerMessage?
    var offence: (kind: PeerPenalties.Offence, reason: String)?
  }

  private let blobs: BlobFolder
  private var inspection: ResultInspection

  init(in blobs: BlobFolder) {
    self.blobs = blobs
    inspection = ResultInspection(in: blobs)
  }

  /// Validates a message. An invalid result becomes a failure of its attempt, and an invalid
  /// checkpoint is dropped.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed` if the disk cannot be read.
  mutating func validate(
    _ message: WorkerMessage, from peer: String, in state: CoordinatorState
  ) throws -> ValidatedMessage {
    switch message {
    case .finished(let attempt, let result):
      guard let reason = try validationError(in: result, of: attempt, by: state) else { break }
      let failure = JobFailure(message: "worker \(peer): \(reason)", isTransient: true)
      return ValidatedMessage(message: .failed(attempt, failure), offence: (.falseResult, reason))
    case .checkpoint(let attempt, let checkpoint)
    where isOpen(attempt, in: state) && !isStored(checkpoint.blob):
      let reason = "it has not stored checkpoint \(checkpoint.blob.digest.short)"
      return ValidatedMessage(message: nil, offence: (.malformed, reason))
    default: break
    }
    return ValidatedMessage(message: message, offence: nil)
  }

  private mutating func validationError(
    in result: JobResult, of attempt: Attempt, by state: CoordinatorState
  ) throws -> String? {
    if let missing = result.outputs.first(where: { !isStored($0.blob) }) {
      return "it claims to have stored \(missing.blob.digest.short), which is not here"
    }
    guard let status = state.status(of: attempt.job), status.openAttempt == attempt else {
      return nil
    }
    return try inspection.validationError(in: result, of: status.planned.job)
  }

  private func isOpen(_ attempt: Attempt, in state: CoordinatorState) -> Bool {
    state.status(of: attempt.job)?.openAttempt == attempt
  }

  private func isStored(_ blob: BlobReference) -> Bool { blobs.size(blob.digest) == blob.size }
}
