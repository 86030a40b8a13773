import Foundation
import Jobs
import Scheduling

/// Which worker computed what, and what its bits depend on: `report/provenance.json`.
struct Provenance: Encodable {
  /// How one job was done.
  struct Entry: Encodable {
    var job: JobID
    var label: String
    var attempt: Int
    var worker: String
    var seconds: Double
    var peakMemory: Int
    /// The worker's numerics fingerprint.
    var fingerprint: [String: String]
    /// Its last metrics: the energy, and what else its method tells.
    var metrics: [String: Double]
    /// What others have made of it.
    var audits: [Verdict]
  }

  /// Whether another worker has computed the same.
  struct Verdict: Encodable {
    var attempt: Int
    var worker: String
    var agrees: Bool
  }

  /// The done jobs in the order of the plan.
  let jobs: [Entry]

  init(_ plan: Plan, _ known: JobLedger) {
    jobs = plan.jobs.compactMap { planned in
      guard let status = known.status(of: planned.id), let done = status.completion else {
        return nil
      }
      return Entry(
        job: planned.id, label: planned.label, attempt: done.attempt.number,
        worker: done.worker.name, seconds: done.result.seconds,
        peakMemory: done.result.peakMemory, fingerprint: done.result.fingerprint ?? [:],
        // JSON has no numbers for the others.
        metrics: done.result.metrics.filter(\.value.isFinite),
        audits: status.audits.map {
          Verdict(attempt: $0.attempt.number, worker: $0.worker.name, agrees: $0.agrees)
        })
    }
  }

  /// JSON, keys sorted.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
