import Jobs

/// An attempt that the worker holds, with its stage and its transfers.
struct WorkerTask: Sendable {
  /// The stage of an attempt.
  enum Stage: Hashable, Sendable {
    /// The blobs that the attempt needs are being fetched.
    case fetching
    /// The attempt waits for the compute thread.
    case ready
    /// The attempt was given to the compute thread, which runs it or has it in its queue.
    case running
    /// The attempt has stopped unfinished, and its last checkpoint is being sent to the
    /// coordinator.
    case returning
    /// The attempt is computed, and its outputs are being sent to the coordinator.
    case storing(JobResult)
    /// The last report about the attempt was sent and is not acknowledged yet.
    case settled(WorkerMessage)
  }

  let lease: Lease
  var stage = Stage.fetching
  /// True if the coordinator knows that the attempt runs.
  var isAnnounced = false
  var step: Int
  /// The checkpoint that is being sent to the coordinator.
  var upload: Checkpoint?
  /// The newest checkpoint, which is sent after `upload` has arrived. A newer checkpoint replaces
  /// it, so that no queue grows on a slow link.
  var nextUpload: Checkpoint?
  /// The newest checkpoint that the coordinator has stored.
  var saved: Checkpoint?
  /// The outputs that the coordinator has not stored yet.
  var missing: [BlobReference] = []

  init(lease: Lease) {
    self.lease = lease
    step = lease.checkpoint?.step ?? 0
  }

  var attempt: Attempt { lease.attempt }

  /// The digests of the blobs that the attempt needs, without repetitions.
  var needs: [Digest] {
    let inputs = lease.job.inputs.flatMap { [$0.image, $0.markers] }
    let others = [lease.weights, lease.checkpoint?.blob].compactMap { $0?.digest }
    var seen: Set<Digest> = []
    return (inputs + others).filter { seen.insert($0).inserted }
  }

  /// The blobs that are being sent to the coordinator.
  var blobsInTransit: [BlobReference] { [upload?.blob].compactMap(\.self) + missing }
}
