import Blobs
import Foundation
import Jobs
import Scheduling

/// Finds results that the journal names but the run directory no longer holds. A resumed run
/// computes them again.
public enum MissingResults {
  /// The total size of results, in bytes, up to which every result is read and checked. Above it
  /// only the sizes of the files are compared, and a damaged result is found when it is read.
  private static let maximumBytesRead = 64 << 20

  /// Returns the events that put jobs back into the queue if their results are missing, damaged or
  /// unusable.
  public static func events(
    for jobs: [PlannedJob], history: RunHistory, in directory: RunDirectory
  ) -> [JournalEvent] {
    let done = jobs.compactMap { history.status(of: $0.id) }.filter { $0.completion != nil }
    let bytes = done.flatMap(\.outputs).reduce(0) { $0 + $1.blob.size }
    let isRead = bytes <= maximumBytesRead
    var inspection = ResultInspection(in: directory.blobs)
    return done.compactMap { job in
      let missing = job.outputs.first { !isIntact($0.blob, in: directory, reading: isRead) }
      if let missing {
        return .requeued(
          job.planned.id, reason: "its result \(missing.blob.digest.short) is missing or damaged")
      }
      guard isRead, let result = job.completion?.result,
        let reason = try? inspection.validationError(in: result, of: job.planned.job)
      else { return nil }
      return .requeued(job.planned.id, reason: "its result cannot be used: \(reason)")
    }
  }

  private static func isIntact(
    _ blob: BlobReference, in directory: RunDirectory, reading: Bool
  ) -> Bool {
    guard directory.blobs.size(blob.digest) == blob.size else { return false }
    return !reading || (try? directory.blobs.get(blob.digest)) != nil
  }
}

extension JobStatus {
  fileprivate var outputs: [JobOutput] { completion?.result.outputs ?? [] }
}
