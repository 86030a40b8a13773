import Jobs

/// An event to which a worker reacts.
public enum WorkerStimulus: Hashable, Sendable {
  /// A message from the coordinator has arrived.
  case received(CoordinatorMessage)
  /// All blobs that the attempt needs are in the cache.
  case fetched(Attempt)
  /// A blob could not be fetched.
  case fetchFailed(Attempt, reason: String)
  /// The compute thread has made progress.
  case progressed(Attempt, JobProgress)
  /// The compute thread has saved a checkpoint, which is in the cache under its digest.
  case checkpointed(Attempt, Checkpoint)
  /// The compute thread has finished the attempt, and the outputs can be read by their digests.
  case computed(Attempt, JobResult)
  /// The computation failed.
  case computationFailed(Attempt, JobFailure)
  /// The compute thread has stopped the attempt, as a directive asked.
  case stopped(Attempt)
  /// The coordinator has stored this blob.
  case stored(Digest)
  /// The coordinator refuses this blob, for instance because its disk is full.
  case storeFailed(Digest, reason: String)
  /// Time has passed. The caller sends a tick at least twice per heartbeat.
  case tick
  /// The user interrupts the worker, which saves checkpoints, releases its attempts and leaves.
  case interrupted
  /// No job can succeed on this worker, for instance because the disk of its cache is full.
  case incapacitated(reason: String)
}
