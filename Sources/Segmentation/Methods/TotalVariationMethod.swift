import Foundation
import Imaging
import Jobs
import Variational

/// The TV model of the paper (section 4), solved for one image to a certified gap.
struct TotalVariationMethod: SegmentationMethod {
  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let parameters = try required(job.totalVariation, "totalVariation")
    let model = TotalVariationModel(
      mu: parameters.mu, tolerance: parameters.tolerance,
      maximumIterations: parameters.maximumIterations)
    return try solveOneImage(job, cases, now: now, emit: emit) { r, reporter in
      let solution = try model.solve(r) { iteration, gap in
        try reporter.report(iteration, of: parameters.maximumIterations, ["gap": gap])
      }
      return (
        solution.u,
        [
          "energy": solution.energy, "gap": solution.relativeGap, "bound": solution.bound,
          "iterations": Double(solution.iterations), "converged": solution.isConverged ? 1 : 0,
        ]
      )
    }
  }
}
