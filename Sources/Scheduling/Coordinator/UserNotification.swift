import Jobs

/// A notification to the user. No decision depends on one.
public enum UserNotification: Hashable, Sendable {
  /// A worker joined or came back.
  case joined(WorkerID, WorkerDescription)
  /// A worker's numerics fingerprint differs in these entries from that of the worker that joined
  /// first, so its bits may differ too.
  case numericsDiffer(WorkerID, from: WorkerID, in: [String])
  /// A worker has been silent for this time and was probed.
  case silent(WorkerID, for: Duration)
  /// A worker has left after giving back its attempts.
  case left(WorkerID)
  /// A worker was silent for too long or cannot be reached.
  case lost(WorkerID, reason: String)
  /// An attempt was leased to a worker.
  case leased(Attempt, to: WorkerID)
  /// An attempt has made progress.
  case progress(Attempt, JobProgress)
  /// An attempt has finished its job.
  case completed(Attempt, JobResult)
  /// An attempt failed. `final` is true if the job was discarded.
  case failed(Attempt, JobFailure, final: Bool)
  /// Another worker's result of a finished job was compared with the result that counts.
  case audited(Attempt, by: WorkerID, agrees: Bool)
  /// This number of audits was dropped, because no other worker could compute them.
  case auditsSkipped(Int)
  /// The coordinator ends while this number of audits is under way or waits for a worker.
  case auditsUnfinished(Int)
  /// Jobs wait for a worker whose machine has this number of GPUs, and no worker has that many.
  case missingGPUs(Int)
  /// A late report about a superseded attempt was ignored.
  case superseded(Attempt, from: WorkerID)
  /// A message that cannot be true was refused.
  case refused(WorkerID, reason: String)
  /// The user cancelled a job. `isStopping` is true if an attempt at the job is still running.
  case cancelled(JobID, isStopping: Bool)
  /// A job that was discarded is tried again.
  case requeued(JobID)
  /// The user asked a worker to leave.
  case draining(WorkerID)
  /// The coordinator leases nothing more, while this number of attempts is still under way.
  case closing(running: Int)
  /// The user's request cannot be carried out.
  case declined(reason: String)
}
