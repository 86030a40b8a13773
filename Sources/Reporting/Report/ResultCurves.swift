import Blobs
import Evaluation
import Foundation
import Jobs
import Runs
import Scheduling

/// The curves of a run's finished trainings and fits, in the order of the jobs. Results of early
/// releases have no curves.
struct ResultCurves {
  private(set) var curves: [JobCurve] = []
  /// A sentence for each curve that cannot be read and is left out.
  private(set) var remarks: [String] = []

  /// Reads the curves.
  ///
  /// - Throws: `DipperError` if the blob of a curve is missing or damaged.
  init(of plan: Plan, history: RunHistory, in directory: RunDirectory) throws {
    let uses = plan.uses
    for planned in plan.jobs {
      let outputs = history.status(of: planned.id)?.completion?.result.outputs
      guard let output = outputs?.first(where: { $0.role == .curve }) else { continue }
      let csv = try directory.blobs.get(output.blob.digest)
      do {
        let curve = try TrainingCurve(csv: csv, name: "the curve of \(planned.label)")
        curves.append(JobCurve(curve, of: planned, usedIn: uses[planned.id] ?? []))
      } catch { remarks.append("\(error)") }
    }
  }
}

extension Plan {
  /// The scorings to which each job contributes: with its own masks, or with its weights.
  fileprivate var uses: [JobID: [Scoring]] {
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
