import Experiments

/// Time on a monotonic clock of no particular origin, in seconds; the shells read it, never logic.
public typealias Instant = Double

/// What can happen to the coordinator.
public enum CoordinatorStimulus: Hashable, Sendable {
  /// These jobs belong to the experiment; known ones are left as they are.
  case submitted([PlannedJob])
  /// So do these, and more will be submitted once they are settled: workers are kept.
  case submittedFirst([PlannedJob])
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
  /// The same, with the passing of time last: whoever has spoken meanwhile is not silent, however
  /// long his words have waited in a queue.
  public var wordsFirst: [CoordinatorStimulus] {
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
  case discard(BlobReference)
  /// Tell the user; nothing depends on it.
  case announce(Announcement)
  /// All jobs are done or set aside, or the interruption is complete: end.
  case conclude
}

/// News for the user.
public enum Announcement: Hashable, Sendable {
  /// A worker joined, or came back.
  case joined(WorkerID, WorkerDescription)
  /// A worker's numerics fingerprint differs from another's in these entries: so may its bits.
  case differs(WorkerID, from: WorkerID, in: [String])
  /// A worker has not been heard for some time and was asked whether it is there.
  case silent(WorkerID, seconds: Double)
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
  /// An attempt failed; `final` if the job was set aside.
  case failed(Attempt, JobFailure, final: Bool)
  /// Another attempt at a finished job has left the same, or not.
  case audited(Attempt, by: WorkerID, agrees: Bool)
  /// So many jobs were to be computed once more, and no other worker was there to do it.
  case unaudited(Int)
  /// The user stops it while so many audits are under way or wait for a worker.
  case leftUnaudited(Int)
  /// Jobs wait for a worker whose machine has so many cards, and there is none.
  case wanting(cards: Int)
  /// An answer of an old attempt was ignored.
  case superseded(Attempt, from: WorkerID)
  /// A message made no sense from this worker and was refused.
  case refused(WorkerID, reason: String)
  /// The user cancelled a job; `isStopping` while its attempt has yet to end.
  case cancelled(JobID, isStopping: Bool)
  /// A job that was set aside is tried again.
  case requeued(JobID)
  /// The user told a worker to leave.
  case draining(WorkerID)
  /// Nothing more is handed out; so many attempts are still under way.
  case closing(running: Int)
  /// What the user wanted cannot be.
  case declined(reason: String)
}
