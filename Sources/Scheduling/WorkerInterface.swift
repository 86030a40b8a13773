import Jobs

/// What can happen to a worker.
public enum WorkerStimulus: Hashable, Sendable {
  /// The coordinator said something.
  case received(CoordinatorMessage)
  /// All blobs that the attempt needs are in the cache.
  case fetched(Attempt)
  /// A blob could not be had.
  case fetchFailed(Attempt, reason: String)
  /// The compute thread got further.
  case progressed(Attempt, JobProgress)
  /// The compute thread left a checkpoint, in the cache under this digest.
  case checkpointed(Attempt, Checkpoint)
  /// The compute thread finished; the outputs are at hand under their digests.
  case computed(Attempt, JobResult)
  /// The compute thread failed.
  case computationFailed(Attempt, JobFailure)
  /// The compute thread stopped because it was told to.
  case stopped(Attempt)
  /// The coordinator has this blob on disk.
  case stored(Digest)
  /// The coordinator will not take this blob: its disk is full, for instance.
  case storeFailed(Digest, reason: String)
  /// Time has passed; at least twice per heartbeat.
  case tick
  /// The user wants this worker gone: checkpoint, give back, leave.
  case interrupted
  /// No attempt can succeed here, whatever the job: the cache's disk is full, for instance.
  case incapacitated(reason: String)
}

/// What the worker's shell is to do, in this order.
public enum WorkerDirective: Hashable, Sendable {
  /// Tell the coordinator.
  case send(WorkerMessage)
  /// Bring these blobs into the cache, then report `fetched`.
  case fetch(Attempt, [Digest])
  /// Run this on the compute thread after those before it.
  case start(Lease)
  /// Stop at the next step, and with `checkpoint` leave one first; what has not begun, at once.
  case stop(Attempt, checkpoint: Bool)
  /// Send this blob, a checkpoint or an output, to the coordinator, then report `stored`. May come again for a
  /// blob under way, when the coordinator was restarted: begin that transfer anew.
  case store(BlobReference)
  /// Tell the user.
  case notify(String)
  /// End the process: 0 dismissed or interrupted, 2 refused or unable to work, 3 coordinator not reached.
  case exit(status: Int32)
}
