import Jobs

/// An attempt in this worker's hands.
struct WorkerTask: Sendable {
  /// The stage of an attempt.
  enum Stage: Hashable, Sendable {
    /// The blobs that the attempt needs are being fetched.
    case fetching
    /// The attempt waits for the compute thread.
    case ready
    /// The attempt has the compute thread or waits at it.
    case running
    /// The attempt has stopped unfinished; its last checkpoint is on its way to the coordinator.
    case returning
    /// The attempt is computed; its outputs are on their way to the coordinator.
    case storing(JobResult)
    /// The last report waits for its acknowledgement.
    case settled(WorkerMessage)
  }

  let lease: Lease
  var stage = Stage.fetching
  /// True if the coordinator knows that the attempt runs.
  var isAnnounced = false
  var step: Int
  /// The checkpoint that is on its way to the coordinator.
  var upload: Checkpoint?
  /// The newest checkpoint, which follows when that one has arrived. Those in between are never sent, so a
  /// slow link carries as many as it can and no queue grows.
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

  /// The blobs that the attempt needs, each once.
  var needs: [Digest] {
    let inputs = lease.job.inputs.flatMap { [$0.image, $0.markers] }
    let others = [lease.weights, lease.checkpoint?.blob].compactMap { $0?.digest }
    var seen: Set<Digest> = []
    return (inputs + others).filter { seen.insert($0).inserted }
  }

  /// The blobs that are on their way to the coordinator.
  var blobsInTransit: [BlobReference] { [upload?.blob].compactMap(\.self) + missing }
}
