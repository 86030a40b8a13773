import Blobs
import Jobs
import Scheduling

/// Removal of checkpoints from the cache. They would fill the disk, so each one stays only while it is
/// in use or on its way to the coordinator, which keeps its own copy.
extension WorkerLoop {
  /// Removes the checkpoints that are unneeded once a stimulus has been applied.
  mutating func removeCheckpoints(after stimulus: WorkerStimulus) {
    switch stimulus {
    case .checkpointed(let attempt, let checkpoint):
      checkpoints[attempt]?.insert(checkpoint.blob.digest)
      let wanted = state.checkpointsToSend(of: attempt)
      for digest in checkpoints[attempt, default: []].subtracting(wanted) {
        removeCheckpoint(digest)
      }
    default:
      if let attempt = stimulus.endedAttempt { releaseCheckpoints(of: attempt) }
    }
  }

  /// Removes a checkpoint that the coordinator has, or that it does not want, from the cache.
  mutating func removeCheckpoint(_ digest: Digest) {
    let isOrphaned = orphanedCheckpoints.remove(digest) != nil
    // The next attempt may be about to read the checkpoint that the last one has handed over.
    guard !state.needs(digest) else { return }
    let holders = checkpoints.filter { $0.value.contains(digest) }.map(\.key)
    for attempt in holders { checkpoints[attempt]?.remove(digest) }
    if isOrphaned || !holders.isEmpty { cache.remove(digest) }
  }

  private mutating func releaseCheckpoints(of attempt: Attempt) {
    guard let digests = checkpoints.removeValue(forKey: attempt), !digests.isEmpty else { return }
    let wanted = state.checkpointsToSend(of: attempt)
    for digest in digests {
      if wanted.contains(digest) || transfers.isStoring(digest) {
        orphanedCheckpoints.insert(digest)
      } else if !state.needs(digest) {
        cache.remove(digest)
      }
    }
  }
}
