import Jobs
import Variational

extension Method {
  /// Model (4) with Euler's elastica (paper, section 4).
  public static let elastica: Method = "Elastica"
}

extension MethodDescription {
  static let elastica = MethodDescription(.elastica, procedure: .solved(ElasticaModel.self))
}

extension ElasticaModel: Solver {
  /// The section `elastica` of a configuration.
  public static let section: String? = "elastica"
  /// The solver with the default values of its parameters.
  public static let defaults = ElasticaModel()
  /// The expected time in seconds for a case of 128 x 128 pixels on one core.
  public static let expectedSeconds = 0.1

  /// The parameters in the order in which a job lists them.
  public static let parameters: [SolverParameter<ElasticaModel>] = [
    .number("alpha", of: \.alpha, in: .positive),
    .number("beta", of: \.beta, in: .notNegative),
    .number("coupling", of: \.coupling, in: .positive),
    .number("tolerance", of: \.tolerance, in: 1e-9...1),
    .whole("maximum_iterations", of: \.maximumIterations, in: 1...1_000_000),
  ]

  /// Solves the model for a case.
  public func solve(
    _ prepared: PreparedCase, progress: (JobProgress) throws -> Bool
  ) throws -> SolvedMask {
    let solution = try solve(prepared.dataTerm) { iteration, energy, gap in
      try progress(
        JobProgress(
          step: iteration, total: maximumIterations, metrics: ["energy": energy, "gap": gap]))
    }
    return SolvedMask(
      u: solution.u,
      metrics: [
        "energy": solution.energy, "gap": solution.relativeGap, "bound": solution.bound,
        "start_energy": solution.startEnergy, "elastica_energy": solution.elasticaEnergy,
        "iterations": Double(solution.iterations), "converged": solution.isConverged ? 1 : 0,
      ])
  }
}
