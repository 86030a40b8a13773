import Foundation
import Jobs
import Runs
import Scheduling

/// The contents of `report/provenance.json`: for each result, the worker that computed it and the
/// circumstances on which its bits depend.
struct Provenance: Encodable {
  /// The record of one finished job.
  struct Entry: Encodable {
    var job: JobID
    var label: String
    var attempt: Int
    var worker: String
    var seconds: Double
    var peakMemory: Int
    /// The worker's numerics fingerprint.
    var fingerprint: [String: String]
    /// The job's last metrics, such as the energy.
    var metrics: [String: Double]
    /// The audits of the job.
    var audits: [AuditOutcome]
  }

  /// The outcome of an audit.
  struct AuditOutcome: Encodable {
    var attempt: Int
    var worker: String
    var agrees: Bool
  }

  /// The finished jobs in the order of the plan.
  let jobs: [Entry]

  init(of plan: Plan, history: RunHistory) {
    jobs = plan.jobs.compactMap { planned in
      guard let status = history.status(of: planned.id), let done = status.completion else {
        return nil
      }
      return Entry(
        job: planned.id, label: planned.label, attempt: done.attempt.number,
        worker: done.worker.name, seconds: done.result.seconds,
        peakMemory: done.result.peakMemory, fingerprint: done.result.fingerprint ?? [:],
        // JSON has no infinite numbers.
        metrics: done.result.metrics.filter(\.value.isFinite),
        audits: status.audits.map {
          AuditOutcome(attempt: $0.attempt.number, worker: $0.worker.name, agrees: $0.agrees)
        })
    }
  }

  /// Encodes the record as JSON with sorted keys.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
