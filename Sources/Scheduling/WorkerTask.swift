import Jobs

/// An attempt in this worker's hands.
struct WorkerTask: Sendable {
  /// How far it has come.
  enum Stage: Hashable, Sendable {
    /// Its blobs are on their way here.
    case fetching
    /// It waits for the compute thread.
    case ready
    /// It has the compute thread, or waits there.
    case running
    /// It has stopped undone; its last checkpoint is on its way to the coordinator.
    case returning
    /// It is computed; its outputs are on their way to the coordinator.
    case storing(JobResult)
    /// Its last message waits for the acknowledgement.
    case settled(WorkerMessage)
  }

  let lease: Lease
  var stage = Stage.fetching
  /// Whether the coordinator knows that it runs.
  var isAnnounced = false
  var step: Int
  /// The checkpoint on its way to the coordinator.
  var upload: Checkpoint?
  /// The newest one, which follows when that has arrived; those between are never sent, so a slow
  /// link carries as many as it can and no queue grows.
  var nextUpload: Checkpoint?
  /// The newest checkpoint that the coordinator has on disk.
  var saved: Checkpoint?
  /// Outputs that the coordinator does not have on disk yet.
  var missing: [BlobReference] = []

  init(lease: Lease) {
    self.lease = lease
    step = lease.checkpoint?.step ?? 0
  }

  var attempt: Attempt { lease.attempt }

  /// The blobs that it needs, each once.
  var needs: [Digest] {
    let inputs = lease.job.inputs.flatMap { [$0.image, $0.markers] }
    let others = [lease.weights, lease.checkpoint?.blob].compactMap { $0?.digest }
    var seen: Set<Digest> = []
    return (inputs + others).filter { seen.insert($0).inserted }
  }

  /// The blobs that are on their way to the coordinator.
  var onTheirWay: [BlobReference] { [upload?.blob].compactMap(\.self) + missing }
}
