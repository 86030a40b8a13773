import Foundation
import Imaging
import Jobs
import Variational

/// The elastica model of the paper (section 4), solved for one image.
struct ElasticaMethod: SegmentationMethod {
  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let parameters = try required(job.elastica, "elastica")
    let model = ElasticaModel(
      alpha: parameters.alpha, beta: parameters.beta, coupling: parameters.coupling,
      tolerance: parameters.tolerance, maximumIterations: parameters.maximumIterations)
    return try solveOneImage(job, cases, now: now, emit: emit) { r, reporter in
      let solution = try model.solve(r) { iteration, energy, gap in
        try reporter.report(
          iteration, of: parameters.maximumIterations, ["energy": energy, "gap": gap])
      }
      return (
        solution.u,
        [
          "energy": solution.energy, "gap": solution.relativeGap, "bound": solution.bound,
          "start_energy": solution.startEnergy, "elastica_energy": solution.elasticaEnergy,
          "iterations": Double(solution.iterations), "converged": solution.isConverged ? 1 : 0,
        ]
      )
    }
  }
}
