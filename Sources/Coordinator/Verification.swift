import Blobs
import Foundation
import Jobs
import Scheduling

/// Checks every digest of a run.
public enum Verification {
  /// What was checked, and what is wrong.
  public struct Findings: Hashable, Sendable {
    /// Blobs whose bytes have their digest.
    public var intact = 0
    /// Truths whose files have the digests of the record.
    public var truths = 0
    /// A sentence for each blob and each truth that is missing, damaged or another.
    public var problems: [String] = []
  }

  /// Reads every truth and every blob that a run's plan or results name, and compares job names with
  /// their content.
  public static func verify(
    _ record: ExperimentRecord, in state: StateFolder, events: [JournalEvent]
  ) -> Findings {
    var findings = Findings()
    let known = JobLedger(folding: events)
    var wanted: [(Digest, String)] = []
    for planned in record.plan.jobs {
      if planned.job.id != planned.id {
        findings.problems.append("\(planned.label): the job is not what its name says")
      }
      wanted += planned.job.inputs.flatMap { input in
        [
          (input.image, "image of \(planned.label)"),
          (input.markers, "markers of \(planned.label)"),
        ]
      }
      let status = known.status(of: planned.id)
      let outputs = status?.completion?.result.outputs ?? []
      wanted += outputs.map { ($0.blob.digest, "result of \(planned.label)") }
      // What is done continues from nothing: the checkpoint was removed that its attempt has left.
      if let status, status.state != .done, let checkpoint = status.checkpoint {
        wanted.append((checkpoint.blob.digest, "checkpoint of \(planned.label)"))
      }
    }
    var seen: Set<Digest> = []
    for (digest, name) in wanted where seen.insert(digest).inserted {
      do {
        _ = try state.blobs.get(digest)
        findings.intact += 1
      } catch {
        findings.problems.append("\(name): \(error)")
      }
    }
    verifyTruths(record, in: state, &findings)
    return findings
  }

  /// Of a record that names no digests, the truths must at least be there.
  private static func verifyTruths(
    _ record: ExperimentRecord, in state: StateFolder, _ findings: inout Findings
  ) {
    for dataset in record.datasets {
      for id in dataset.truths?.keys.sorted() ?? dataset.test.map(\.id) {
        do {
          _ = try state.truthFile(CaseName(dataset: dataset.name, id: id), in: record)
          if dataset.truths != nil { findings.truths += 1 }
        } catch { findings.problems.append("\(error)") }
      }
    }
  }
}
