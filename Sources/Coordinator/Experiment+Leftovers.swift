import Blobs
import Experiments
import Foundation
import Jobs
import Scheduling

extension Experiment {
  /// Removes the blobs of a run's folder that nobody can want any more: checkpoints that were on their
  /// way when their attempts ended, for instance, which no fact names. No coordinator may be at work.
  ///
  /// While an attempt is open nothing is removed: its worker may have stored what it has yet to name.
  ///
  /// - Parameter history: what the journal holds.
  /// - Returns: how many were removed.
  @discardableResult
  public func removeLeftovers(from state: StateFolder, history: [JournalEvent]) -> Int {
    let known = JobLedger(folding: history)
    guard known.jobs.allSatisfy({ $0.openAttempt == nil }) else { return 0 }
    let retention = CheckpointRetention(known)
    // Also of cases that no job has yet: a sweep's second part and the figures want them.
    let cases = Set(
      datasets.flatMap(\.cases).flatMap { [$0.planned.input.image, $0.planned.input.markers] })
    return state.blobs.removeAll { cases.contains($0) || retention.isWanted($0) }
  }
}
