import Blobs
import Jobs
import Scheduling

/// Removes checkpoints from the cache, which would fill the disk. A checkpoint stays only while an
/// attempt uses it or while it is being sent to the coordinator, which stores it.
extension WorkerLoop {
  /// Removes the checkpoints that are no longer needed after a stimulus was applied.
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

  /// Removes a checkpoint from the cache that the coordinator has stored or refused, or that a
  /// newer one replaces.
  mutating func removeCheckpoint(_ digest: Digest) {
    let isOrphaned = orphanedCheckpoints.remove(digest) != nil
    // Another attempt may be about to continue from this checkpoint.
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
