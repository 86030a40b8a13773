import Blobs
import Experiments
import Foundation
import Jobs
import Scheduling

extension Experiment {
  /// Removes the blobs of a run directory that no job or result needs, such as checkpoints that
  /// arrived after their attempts had ended. No coordinator may run on the directory.
  ///
  /// No blob is removed while an attempt is open, because its worker may have stored a blob that it
  /// has not reported yet.
  ///
  /// - Returns: the number of blobs removed.
  @discardableResult
  public func removeUnreferencedBlobs(
    from directory: RunDirectory, history: RunHistory
  ) -> Int {
    guard history.jobs.allSatisfy({ $0.openAttempt == nil }) else { return 0 }
    let retention = CheckpointRetention(history.ledger)
    // Inputs of cases without a job are kept too, because the second stage of a sweep and the
    // figures need them.
    let cases = Set(
      datasets.flatMap(\.cases).flatMap { [$0.planned.input.image, $0.planned.input.markers] })
    return directory.blobs.removeUnreferenced { cases.contains($0) || retention.isWanted($0) }
  }
}
