import Jobs

/// A message from a worker to the coordinator. Workers report facts; the coordinator decides.
public enum WorkerMessage: Hashable, Sendable {
  /// The worker joins. This is the first message of a session and the answer to `rejoin`. The worker
  /// keeps the attempts that it names, unless they are superseded.
  case join(WorkerDescription, holding: [HeldAttempt])
  /// The worker is alive and has nothing else to report. Every other message counts as a heartbeat too.
  case heartbeat
  /// The attempt has been running for some time. It is left out if another report came first.
  case started(Attempt)
  /// The attempt has reached this step.
  case progress(Attempt, JobProgress)
  /// The attempt has saved a checkpoint, whose blob the coordinator has confirmed to have stored.
  case checkpoint(Attempt, Checkpoint)
  /// The attempt is finished; the coordinator has confirmed to have stored the blobs of its outputs.
  case finished(Attempt, JobResult)
  /// The attempt failed.
  case failed(Attempt, JobFailure)
  /// The worker gives the attempt back unfinished, because it leaves or was told to stop. This does not
  /// count as a failure.
  case released(Attempt)
  /// The worker leaves and holds no attempt any more.
  case leave
}
