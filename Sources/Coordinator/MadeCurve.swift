import Blobs
import Evaluation
import Foundation
import Jobs
import Scheduling

extension Plan {
  /// The curves of the trainings and fits that are done, in the order of the jobs, and a sentence for
  /// each that is none; results from before there were curves have none.
  ///
  /// - Throws: `BlobError` where a curve is missing or its bytes are damaged.
  func curves(
    _ known: JobLedger, in state: StateFolder
  ) throws -> (curves: [JobCurve], remarks: [String]) {
    let uses = uses
    var (curves, remarks): ([JobCurve], [String]) = ([], [])
    for planned in jobs {
      let outputs = known.status(of: planned.id)?.completion?.result.outputs
      guard let output = outputs?.first(where: { $0.role == .curve }) else { continue }
      let csv = try state.blobs.get(output.blob.digest)
      do {
        let curve = try TrainingCurve(csv: csv, name: "the curve of \(planned.label)")
        curves.append(JobCurve(curve, of: planned, usedIn: uses[planned.id] ?? []))
      } catch { remarks.append("\(error)") }
    }
    return (curves, remarks)
  }

  /// What the masks are scored as that a job makes or that its weights make.
  private var uses: [JobID: [Scoring]] {
    var uses = Dictionary(grouping: scorings, by: \.job)
    for planned in jobs {
      for training in planned.dependencies {
        uses[training, default: []] += uses[planned.id] ?? []
      }
    }
    return uses
  }
}

extension JobCurve {
  fileprivate init(_ curve: TrainingCurve, of planned: PlannedJob, usedIn scorings: [Scoring]) {
    let settings = Set(scorings.map { $0.setting ?? "" })
    self.init(
      curve, of: planned, setting: settings.count == 1 ? settings.first! : "",
      isReported: scorings.contains { $0.purpose == .report })
  }
}
