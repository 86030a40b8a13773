import Jobs

/// An event in the life of a run. The journal is the list of all events, and all durable state is
/// their fold, `JobLedger`.
///
/// Each version of the journal's schema has fixed cases, so a new case needs a new version.
public enum JournalEvent: Hashable, Sendable, Codable {
  /// The job belongs to the run.
  case submitted(PlannedJob)
  /// An attempt was leased to a worker.
  case leased(Attempt, to: WorkerID)
  /// An attempt has saved a checkpoint, whose blob is stored.
  case checkpointed(Attempt, Checkpoint)
  /// An attempt finished: the job is done.
  case completed(Attempt, by: WorkerID, JobResult)
  /// An attempt failed for this reason.
  case failed(Attempt, by: WorkerID, JobFailure)
  /// An attempt was lost with its worker. This does not count as a failure.
  case lost(Attempt, by: WorkerID, reason: String)
  /// An attempt was given back unfinished.
  case released(Attempt, by: WorkerID)
  /// The job is discarded: it failed too often, was cancelled, or depends on a job that was
  /// discarded.
  case discarded(JobID, reason: String)
  /// The user has cancelled the job: there are no more attempts, and an open one ends after a
  /// checkpoint.
  case cancelled(JobID)
  /// The job goes back into the queue and its result is forgotten, because the user retries it or
  /// its results were lost.
  case requeued(JobID, reason: String)
  /// The result of an attempt in another run was imported: the job is done.
  case imported(Attempt, by: WorkerID, JobResult, from: String)
  /// A job that is done was leased once more, to compare the results.
  case auditLeased(Attempt, to: WorkerID)
  /// Another attempt at a finished job has finished as well and its result was compared.
  case audited(Attempt, by: WorkerID, JobResult, agrees: Bool)

  /// The job that the event is about.
  public var job: JobID {
    switch self {
    case .submitted(let planned): planned.id
    case .leased(let attempt, _), .checkpointed(let attempt, _), .completed(let attempt, _, _),
      .failed(let attempt, _, _), .lost(let attempt, _, _), .released(let attempt, _),
      .imported(let attempt, _, _, _), .auditLeased(let attempt, _),
      .audited(let attempt, _, _, _):
      attempt.job
    case .discarded(let job, _), .cancelled(let job), .requeued(let job, _): job
    }
  }
}
