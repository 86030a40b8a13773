import Jobs

/// A message from the coordinator to a worker, which carries a decision.
public enum CoordinatorMessage: Hashable, Sendable {
  /// The worker has joined under these terms. The message is also sent to probe a silent worker.
  case welcome(LeaseTerms)
  /// The worker shall compute this job.
  case lease(Lease)
  /// The end of the attempt is on disk or no longer counts, so the worker may forget the attempt.
  case acknowledged(Attempt)
  /// The attempt is superseded: the worker shall stop and forget it.
  case revoke(Attempt)
  /// The user has cancelled the job: the worker shall save a checkpoint and release the attempt.
  case stop(Attempt)
  /// The coordinator does not know the worker: the worker shall join again.
  case rejoin
  /// The worker cannot take part. The text says why and what to do.
  case refused(String)
  /// There is no more work, or the coordinator ends: the worker shall leave.
  case dismiss
}
