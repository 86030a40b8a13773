import Blobs
import Evaluation
import Experiments
import Foundation
import Scheduling

extension Plan {
  /// The curves of the trainings and fits that are done, in the order of the jobs; results from before
  /// there were curves have none.
  ///
  /// - Throws: `BlobError` where a curve is missing or damaged, `ExperimentError` where it is none.
  func curves(_ known: CoordinatorState, in state: StateFolder) throws -> [JobCurve] {
    let uses = uses
    return try jobs.compactMap { planned in
      let outputs = known.status(of: planned.id)?.completion?.result.outputs
      guard let output = outputs?.first(where: { $0.role == .curve }) else { return nil }
      let curve = try TrainingCurve(
        csv: state.blobs.get(output.blob.digest), name: "the curve of \(planned.label)")
      let scorings = uses[planned.id] ?? []
      let settings = Set(scorings.map { $0.setting ?? "" })
      return JobCurve(
        curve, of: planned, setting: settings.count == 1 ? settings.first! : "",
        isReported: scorings.contains { $0.purpose == .report })
    }
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
