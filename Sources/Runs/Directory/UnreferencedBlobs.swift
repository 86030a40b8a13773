import Blobs
import Experiments
import Foundation
import Jobs
import Scheduling

extension Experiment {
  /// Removes the blobs of a run directory that no journal event names, such as checkpoints that
  /// arrived after their attempts had ended. No coordinator may run on the directory.
  ///
  /// Nothing is removed while an attempt is open: its worker may have stored a blob that it has yet to
  /// name.
  ///
  /// - Returns: the number of blobs removed.
  @discardableResult
  public func removeUnreferencedBlobs(
    from directory: RunDirectory, history: RunHistory
  ) -> Int {
    guard history.jobs.allSatisfy({ $0.openAttempt == nil }) else { return 0 }
    let retention = CheckpointRetention(history.ledger)
    // Cases without a job stay too: the second stage of a sweep and the figures need them.
    let cases = Set(
      datasets.flatMap(\.cases).flatMap { [$0.planned.input.image, $0.planned.input.markers] })
    return directory.blobs.removeUnreferenced { cases.contains($0) || retention.isWanted($0) }
  }
}
