import Foundation
import Jobs
import Scheduling
import TestSupport

/// Facts of every kind that a seed can make.
extension SeededGenerator {
  mutating func planned() -> PlannedJob {
    PlannedJob(
      job: job(), dataset: text(), cases: [text(), text()], note: chance(0.5) ? text() : nil,
      cost: 1.5)
  }

  /// One fact of each case.
  mutating func facts() -> [JournalEvent] {
    let attempt = Attempt(
      job: JobID(digest: digest()), number: Int.random(in: 1...9, using: &self))
    let worker = WorkerID(text())
    return [
      .submitted(planned()), .leased(attempt, to: worker),
      .checkpointed(attempt, Checkpoint(step: 25, blob: blob())),
      .completed(attempt, by: worker, result()),
      .failed(attempt, by: worker, JobFailure(message: text(), isTransient: true)),
      .failed(
        attempt, by: worker,
        JobFailure(message: text(), isTransient: false, log: [text(), text()])),
      .lost(attempt, by: worker, reason: text()), .released(attempt, by: worker),
      .discarded(attempt.job, reason: text()), .cancelled(attempt.job),
      .requeued(attempt.job, reason: text()),
      .imported(attempt, by: worker, result(), from: text()),
      .auditLeased(attempt, to: worker),
      .audited(attempt, by: worker, result(), agrees: chance(0.5)),
    ]
  }
}

/// Runs `body` with a new folder that is removed afterwards.
func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("dipper-store-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}
