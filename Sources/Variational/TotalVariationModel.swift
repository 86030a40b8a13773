import Imaging

/// The TV model: equation (1) of the paper. With g = 1 it is the paper's equation (4) with total
/// variation of weight mu as regulariser.
public struct TotalVariationModel: Hashable, Sendable {
  /// Weight of the total variation, > 0.
  public var mu: Double
  /// Relative duality gap at which the solver stops.
  public var tolerance: Double
  /// Number of iterations after which the solver stops without having converged.
  public var maximumIterations: Int

  /// Makes a model with its stopping criteria.
  public init(mu: Double = 1, tolerance: Double = 1e-4, maximumIterations: Int = 5000) {
    self.mu = mu
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// Solves the model by the primal-dual method, starting from the solution on a grid half as fine.
  ///
  /// - Parameters:
  ///   - dataTerm: r of equation (5), any finite values.
  ///   - edge: edge detector g in `[0, 1]` on the same grid; nil stands for 1 everywhere.
  ///   - progress: called every 20 iterations; returning false stops the solver.
  public func solve(
    _ dataTerm: Image, edge: Image? = nil,
    progress: (_ iteration: Int, _ gap: Double) throws -> Bool
  ) rethrows -> TotalVariationSolution {
    let problem = problem(dataTerm, edge: edge)
    let solver = problem.warmStarted()
    var best = CertifiedIterate(dataTerm: problem.dataTerm, solver: solver)
    var iteration = 0
    while best.relativeGap > tolerance && iteration < maximumIterations {
      let count = min(
        WeightedVariationProblem.iterationsPerCheck, maximumIterations - iteration)
      solver.iterate(count)
      iteration += count
      best.update(from: solver)
      if try !progress(iteration, best.relativeGap) { break }
    }
    var u = dataTerm
    u.pixels = best.u
    return TotalVariationSolution(
      u: u, energy: best.energy, bound: best.bound, relativeGap: best.relativeGap,
      iterations: iteration, isConverged: best.relativeGap <= tolerance)
  }

  private func problem(_ dataTerm: Image, edge: Image?) -> WeightedVariationProblem {
    // equation (1): w = mu g
    let weight =
      edge.map { $0.pixels.map { Float(mu) * $0 } }
      ?? [Float](repeating: Float(mu), count: dataTerm.pixels.count)
    return WeightedVariationProblem(
      width: dataTerm.width, height: dataTerm.height, weight: weight, dataTerm: dataTerm.pixels)
  }
}

/// A solution of the TV model with its certificate.
public struct TotalVariationSolution: Hashable, Sendable {
  /// Minimiser in `[0, 1]`.
  public var u: Image
  /// Energy P of the minimiser, equation (26).
  public var energy: Double
  /// Lower bound D of every energy, equation (26).
  public var bound: Double
  /// Relative duality gap, equation (27): no u in `[0, 1]` has an energy lower by a larger share.
  public var relativeGap: Double
  /// Number of iterations on the image's own grid.
  public var iterations: Int
  /// True if the gap fell to the tolerance.
  public var isConverged: Bool
}
