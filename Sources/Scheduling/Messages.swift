import Jobs

/// A worker process, by the name under which it joined; unique to one process's life.
public struct WorkerID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// For instance `node3-4711-9f3a`.
  public let name: String
  /// The worker of this name.
  public init(_ name: String) { self.name = name }
  /// The name.
  public var description: String { name }
  /// By name.
  public static func < (one: WorkerID, other: WorkerID) -> Bool { one.name < other.name }
}

/// One try at a job. The number fences: only the highest one's answers count.
public struct Attempt: Hashable, Sendable, Codable {
  /// The job.
  public var job: JobID
  /// From 1.
  public var number: Int
  /// Try `number` at `job`.
  public init(job: JobID, number: Int) {
    self.job = job
    self.number = number
  }
}

/// A state from which a job can be continued.
public struct Checkpoint: Hashable, Sendable, Codable {
  /// Steps done in it.
  public var step: Int
  /// Its bytes, safetensors.
  public var blob: BlobReference
  /// A state after `step` steps.
  public init(step: Int, blob: BlobReference) {
    self.step = step
    self.blob = blob
  }
}

/// Who a worker is and what its bits depend on.
public struct WorkerDescription: Hashable, Sendable, Codable {
  /// The host's name.
  public var host: String
  /// Process number on that host.
  public var process: Int
  /// How many leases it wants to hold at once: its credit, >= 1.
  public var credit: Int
  /// What its numbers depend on: LibTorch's version, instruction set, threads.
  public var fingerprint: [String: String]
  /// Which instructions may shape its bits, by its fingerprint.
  public var numericMode: NumericMode {
    fingerprint["mode"].flatMap(NumericMode.init) ?? .native
  }
  /// How many GPUs its machine has, by its fingerprint, in which they are named.
  public var gpus: Int { fingerprint["cuda"]?.split(separator: ",").count ?? 0 }
  /// Who a worker is.
  public init(host: String, process: Int, credit: Int, fingerprint: [String: String]) {
    self.host = host
    self.process = process
    self.credit = credit
    self.fingerprint = fingerprint
  }
}

/// Why an attempt failed.
public struct JobFailure: Hashable, Sendable, Codable {
  /// What happened, in one sentence for the user.
  public var message: String
  /// Whether another attempt could end otherwise: false for bad input.
  public var isTransient: Bool
  /// The last lines of the worker's log, oldest first; nil where it kept none.
  public var log: [String]?
  /// Why an attempt failed.
  public init(message: String, isTransient: Bool, log: [String]? = nil) {
    self.message = message
    self.isTransient = isTransient
    self.log = log
  }
}

/// An attempt that a worker holds when it (re)joins.
public struct HeldAttempt: Hashable, Sendable, Codable {
  /// Which.
  public var attempt: Attempt
  /// Steps done.
  public var step: Int
  /// An attempt in a worker's hands.
  public init(attempt: Attempt, step: Int) {
    self.attempt = attempt
    self.step = step
  }
}

/// From a worker to the coordinator: facts.
public enum WorkerMessage: Hashable, Sendable {
  /// First message of a session, and again after `rejoin`; what it still holds is kept.
  case join(WorkerDescription, holding: [HeldAttempt])
  /// Nothing else to say; any message counts as one of these.
  case heartbeat
  /// The attempt runs, for some time already; not said of one that was reported on or has ended.
  case started(Attempt)
  /// How far it is.
  case progress(Attempt, JobProgress)
  /// The checkpoint's blob has been stored by the coordinator.
  case checkpoint(Attempt, Checkpoint)
  /// Done; the outputs' blobs have been stored by the coordinator.
  case finished(Attempt, JobResult)
  /// It failed.
  case failed(Attempt, JobFailure)
  /// Given back undone, because the worker leaves or was told to stop: not a failure.
  case released(Attempt)
  /// The worker goes; it holds nothing any more.
  case leave
}

/// What the coordinator expects of a worker.
public struct LeaseTerms: Hashable, Sendable {
  /// The time between two heartbeats, above 0.
  public var heartbeat: Duration
  /// The silence after which a worker's leases are lost, at least one heartbeat.
  public var lease: Duration
  /// What the coordinator expects of a worker.
  public init(heartbeat: Duration, lease: Duration) {
    self.heartbeat = heartbeat
    self.lease = lease
  }
}

/// A job handed to one worker for as long as the worker is heard.
public struct Lease: Hashable, Sendable, Codable {
  /// Which try this is.
  public var attempt: Attempt
  /// The job; its digest must be `attempt.job`.
  @Shared public var job: Job
  /// What to call it before people.
  public var label: String
  /// Where to continue, if an earlier attempt got somewhere.
  public var checkpoint: Checkpoint?
  /// For `predict`: the weights that its `train` made.
  public var weights: BlobReference?
  /// A job handed to one worker.
  public init(
    attempt: Attempt, job: Job, label: String, checkpoint: Checkpoint?, weights: BlobReference?
  ) {
    self.init(
      attempt: attempt, sharing: Shared(wrappedValue: job), label: label, checkpoint: checkpoint,
      weights: weights)
  }
  /// A job handed to one worker, of which there is a copy to be shared.
  public init(
    attempt: Attempt, sharing job: Shared<Job>, label: String, checkpoint: Checkpoint?,
    weights: BlobReference?
  ) {
    self.attempt = attempt
    _job = job
    self.label = label
    self.checkpoint = checkpoint
    self.weights = weights
  }
}

/// From the coordinator to a worker: decisions.
public enum CoordinatorMessage: Hashable, Sendable {
  /// The worker has joined.
  case welcome(LeaseTerms)
  /// Do this.
  case lease(Lease)
  /// `finished` or `failed` is on disk (or was superseded): the worker may forget it.
  case acknowledged(Attempt)
  /// Stop this attempt and forget it; its answers no longer count.
  case revoke(Attempt)
  /// This attempt is not wanted any more: leave a checkpoint, give it back.
  case stop(Attempt)
  /// The coordinator does not know the sender: join (again).
  case rejoin
  /// The worker cannot take part, ever: what to do is in the text.
  case refused(String)
  /// There is no more to do, or the coordinator ends: leave.
  case dismiss
}
