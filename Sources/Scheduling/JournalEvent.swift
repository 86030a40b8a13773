import Jobs

/// A fact of an experiment's life. The journal is the list of them; all state is their fold.
///
/// The list is closed: a new case raises the journal's schema version.
public enum JournalEvent: Hashable, Sendable, Codable {
  /// The job belongs to the experiment.
  case submitted(PlannedJob)
  /// An attempt was handed out.
  case leased(Attempt, to: WorkerID)
  /// An attempt reached a state that can be continued.
  case checkpointed(Attempt, Checkpoint)
  /// An attempt finished: the job is done.
  case completed(Attempt, by: WorkerID, JobResult)
  /// An attempt failed.
  case failed(Attempt, by: WorkerID, JobFailure)
  /// An attempt's worker went away: not a failure.
  case lost(Attempt, by: WorkerID, reason: String)
  /// An attempt was given back undone.
  case released(Attempt, by: WorkerID)
  /// The job failed too often, or what it waits for did: no more attempts.
  case discarded(JobID, reason: String)
  /// The user wants the job no longer: no more attempts, and the open one, if there is one, ends
  /// after a checkpoint.
  case cancelled(JobID)
  /// The job goes back to the queue, with what its attempts have left forgotten: the user wants it
  /// tried again, or its results were lost.
  case requeued(JobID, reason: String)
  /// An attempt in another run of the experiment had finished: the job is done.
  case imported(Attempt, by: WorkerID, JobResult, from: String)
  /// A job that is done was handed out once more, to compare what comes of it.
  case auditLeased(Attempt, to: WorkerID)
  /// Another attempt than the one that counts has finished as well, with the same result or not.
  case audited(Attempt, by: WorkerID, JobResult, agrees: Bool)

  /// The job that it is about.
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
