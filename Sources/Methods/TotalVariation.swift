import Jobs
import Variational

extension Method {
  /// Model (4) with total variation (paper, section 4).
  public static let totalVariation: Method = "TV"
}

extension MethodDescription {
  static let totalVariation = MethodDescription(
    .totalVariation, procedure: .solved(TotalVariationModel.self))
}

extension TotalVariationModel: Solver {
  /// The section `tv` of a configuration.
  public static let section: String? = "tv"
  /// The solver with the default values of its parameters.
  public static let defaults = TotalVariationModel()
  /// The expected time in seconds for a case of 128 x 128 pixels on one core.
  public static let expectedSeconds = 0.06

  /// The parameters in the order in which a job lists them.
  public static let parameters: [SolverParameter<TotalVariationModel>] = [
    .number("mu", of: \.mu, in: .positive),
    .number("tolerance", of: \.tolerance, in: 1e-9...1),
    .whole("maximum_iterations", of: \.maximumIterations, in: 1...10_000_000),
  ]

  /// Solves the model for a case.
  public func solve(
    _ prepared: PreparedCase, progress: (JobProgress) throws -> Bool
  ) throws -> SolvedMask {
    let solution = try solve(prepared.dataTerm) { iteration, gap in
      try progress(JobProgress(step: iteration, total: maximumIterations, metrics: ["gap": gap]))
    }
    return SolvedMask(
      u: solution.u,
      metrics: [
        "energy": solution.energy, "gap": solution.relativeGap, "bound": solution.bound,
        "iterations": Double(solution.iterations), "converged": solution.isConverged ? 1 : 0,
      ])
  }
}
