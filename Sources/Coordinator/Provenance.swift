import Experiments
import Foundation
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
    /// The worker's numeric passport.
    var passport: [String: String]
  }

  /// The done jobs in the order of the plan.
  let jobs: [Entry]

  init(_ plan: Plan, _ known: CoordinatorState) {
    jobs = plan.jobs.compactMap { planned in
      guard let done = known.status(of: planned.id)?.completion else { return nil }
      return Entry(
        job: planned.id, label: planned.label, attempt: done.attempt.number,
        worker: done.worker.name, seconds: done.result.seconds,
        peakMemory: done.result.peakMemory, passport: done.result.passport ?? [:])
    }
  }

  /// JSON, keys sorted.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
