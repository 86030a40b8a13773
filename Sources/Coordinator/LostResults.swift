import Blobs
import Foundation
import Jobs
import Scheduling

/// Results that a run should have and has no longer: a run that goes on computes them again.
public enum LostResults {
  /// Bytes of results up to which each is read, its digest checked and its mask looked at; of more, only
  /// the sizes. Whatever is read later is checked then.
  private static let mostRead = 64 << 20

  /// The facts that put the plan's jobs back to the queue whose results are missing,
  /// damaged or cannot be used.
  public static func events(
    _ plan: Plan, in state: StateFolder, history: [JournalEvent]
  ) -> [JournalEvent] {
    let known = JobLedger(folding: history)
    let done = plan.jobs.compactMap { known.status(of: $0.id) }.filter { $0.completion != nil }
    let bytes = done.flatMap(\.outputs).reduce(0) { $0 + $1.blob.size }
    var inspection = ResultInspection(in: state.blobs)
    return done.compactMap { job in
      let lost = job.outputs.first { !isWhole($0.blob, in: state, reading: bytes <= mostRead) }
      if let lost {
        return .requeued(
          job.planned.id, reason: "its result \(lost.blob.digest.short) is lost or damaged")
      }
      guard bytes <= mostRead, let result = job.completion?.result,
        let fault = try? inspection.fault(of: result, of: job.planned.job)
      else { return nil }
      return .requeued(job.planned.id, reason: "its result cannot be used: \(fault)")
    }
  }

  private static func isWhole(
    _ blob: BlobReference, in state: StateFolder, reading: Bool
  ) -> Bool {
    guard state.blobs.size(blob.digest) == blob.size else { return false }
    return !reading || (try? state.blobs.get(blob.digest)) != nil
  }
}

extension JobStatus {
  fileprivate var outputs: [JobOutput] { completion?.result.outputs ?? [] }
}
