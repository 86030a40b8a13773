import Jobs

/// What can happen to the coordinator.
public enum CoordinatorStimulus: Hashable, Sendable {
  /// These jobs belong to the experiment; known ones are left as they are. With `isFinal` false more
  /// will be submitted once they are settled, so the workers are kept until then.
  case submitted([PlannedJob], isFinal: Bool = true)
  /// A worker said something.
  case received(WorkerMessage, from: WorkerID)
  /// A message to this worker could not be delivered: its process may be gone, or its connection.
  case unreachable(WorkerID)
  /// Time has passed; at least twice per heartbeat.
  case tick
  /// The user wants to stop: hand out nothing more, let the workers checkpoint and leave.
  case interrupted
  /// The user wants something else of it.
  case requested(ControlRequest)

  /// Whether the user wants an answer.
  public var isRequest: Bool { if case .requested = self { true } else { false } }
}

extension [CoordinatorStimulus] {
  /// The stimuli with ticks moved to the end, so that a worker whose message is already queued is not
  /// declared silent.
  public var ticksLast: [CoordinatorStimulus] {
    filter { $0 != .tick } + filter { $0 == .tick }
  }
}

/// What the coordinator's shell is to do, in this order.
public enum CoordinatorDirective: Hashable, Sendable {
  /// Put these facts on disk before carrying out any later directive.
  case record([JournalEvent])
  /// Tell a worker.
  case send(CoordinatorMessage, to: WorkerID)
  /// Remove this blob if nobody wants it: it was stored for nothing.
  case removeUnreferenced(BlobReference)
  /// Tell the user; nothing depends on it.
  case notify(UserNotification)
  /// All jobs are done or discarded, or the interruption is complete: end.
  case conclude
}

/// A notification to the user. No decision depends on one.
public enum UserNotification: Hashable, Sendable {
  /// A worker joined, or came back.
  case joined(WorkerID, WorkerDescription)
  /// A worker's numerics fingerprint differs from another's in these entries: so may its bits.
  case numericsDiffer(WorkerID, from: WorkerID, in: [String])
  /// A worker has not been heard for some time and was asked whether it is there.
  case silent(WorkerID, for: Duration)
  /// A worker left of its own accord.
  case left(WorkerID)
  /// A worker went silent or cannot be reached.
  case lost(WorkerID, reason: String)
  /// An attempt was handed out.
  case leased(Attempt, to: WorkerID)
  /// An attempt got further.
  case progress(Attempt, JobProgress)
  /// A job is done.
  case completed(Attempt, JobResult)
  /// An attempt failed; `final` if the job was discarded.
  case failed(Attempt, JobFailure, final: Bool)
  /// Another attempt at a finished job has left the same, or not.
  case audited(Attempt, by: WorkerID, agrees: Bool)
  /// So many jobs were to be computed once more, and no other worker was there to do it.
  case auditsSkipped(Int)
  /// The user stops it while so many audits are under way or wait for a worker.
  case auditsUnfinished(Int)
  /// Jobs wait for a worker whose machine has so many GPUs, and there is none.
  case missingGPUs(Int)
  /// An answer of an old attempt was ignored.
  case superseded(Attempt, from: WorkerID)
  /// A message made no sense from this worker and was refused.
  case refused(WorkerID, reason: String)
  /// The user cancelled a job; `isStopping` while its attempt has yet to end.
  case cancelled(JobID, isStopping: Bool)
  /// A job that was discarded is tried again.
  case requeued(JobID)
  /// The user told a worker to leave.
  case draining(WorkerID)
  /// Nothing more is handed out; so many attempts are still under way.
  case closing(running: Int)
  /// What the user wanted cannot be.
  case declined(reason: String)
}
