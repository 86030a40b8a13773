import Jobs

/// A message from a worker to the coordinator. Workers report facts; the coordinator decides.
public enum WorkerMessage: Hashable, Sendable {
  /// The worker joins. This is the first message of a session and the answer to `rejoin`. The
  /// worker keeps the attempts in `holding` unless the coordinator revokes them.
  case join(WorkerDescription, holding: [HeldAttempt])
  /// The worker is alive and has nothing else to report. Every other message counts as a heartbeat
  /// too.
  case heartbeat
  /// The attempt is running. The message is left out if another report about the attempt was sent
  /// before.
  case started(Attempt)
  /// The attempt has reached this step.
  case progress(Attempt, JobProgress)
  /// The attempt has saved a checkpoint, and the coordinator has confirmed that its blob is stored.
  case checkpoint(Attempt, Checkpoint)
  /// The attempt is finished, and the coordinator has confirmed that the blobs of its outputs are
  /// stored.
  case finished(Attempt, JobResult)
  /// The attempt failed.
  case failed(Attempt, JobFailure)
  /// The worker gives the attempt back unfinished, because it leaves or was told to stop. This does
  /// not count as a failure.
  case released(Attempt)
  /// The worker leaves and holds no attempt any more.
  case leave
}
