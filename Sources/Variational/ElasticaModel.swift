import Imaging

/// The elastica model, (4) of the paper with Euler's elastica (its printed formula corrected, MATH:
/// section 7): `min over 0 <= u <= 1 of INT (alpha + beta kappa^2) |grad u| + INT r u`.
///
/// Solved in the relaxed form of MATH 7c, biconvex in u and a field n that stands for the normals:
/// `INT (alpha + beta (div n)^2) |grad u| + gam (|grad u| - n . grad u) + r u`, `|n| <= 1`, which is
/// the elastica energy for gam to infinity. Both steps are convex and warm-started. It starts from
/// the TV solution and keeps the best pair, so it never ends above its start, and cannot collapse to
/// u = 0 unless 0 is better.
public struct ElasticaModel: Hashable, Sendable {
  /// Weight of length, > 0.
  public var alpha: Double
  /// Weight of squared curvature, >= 0.
  public var beta: Double
  /// Weight gam of the relaxation, > 0.
  public var coupling: Double
  /// Relative change of u at which the outer iteration stops.
  public var tolerance: Double
  /// Outer iterations after which it gives up.
  public var maximumIterations: Int

  /// A model and when to stop.
  public init(
    alpha: Double = 1, beta: Double = 10, coupling: Double = 2, tolerance: Double = 1e-3,
    maximumIterations: Int = 60
  ) {
    self.alpha = alpha
    self.beta = beta
    self.coupling = coupling
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// The best pair that was found.
  public struct Solution: Hashable, Sendable {
    /// The mask, relaxed to `[0, 1]`.
    public var u: Image
    /// The relaxed energy of u and its n, `|n| <= 1`.
    public var energy: Double
    /// The elastica energy of u by itself, kappa being the divergence of its own normals,
    /// `grad G_1 u / sqrt(|grad G_1 u|^2 + 1e-4)`: for comparison with other masks.
    public var elasticaEnergy: Double
    /// The relaxed energy of the start: the TV solution and its normals.
    public var startEnergy: Double
    /// Relative change of u in the last outer iteration.
    public var residual: Double
    /// Outer iterations taken.
    public var iterations: Int
    /// Whether the residual came under the tolerance.
    public var isConverged: Bool
  }

  /// Solves the model.
  ///
  /// - Parameters:
  ///   - dataTerm: r, any finite values.
  ///   - progress: told of every outer iteration and its residual; false stops the solver.
  public func solve(
    _ dataTerm: Image,
    progress: (_ iteration: Int, _ residual: Double) throws -> Bool
  ) rethrows -> Solution {
    var search = ElasticaSearch(self, dataTerm)
    let start = search.energy
    var best = (energy: start, u: search.u)
    var (residual, iterations) = (Double.infinity, 0)
    while iterations < maximumIterations && residual >= tolerance {
      residual = search.improve()
      iterations += 1
      let energy = search.energy
      if energy < best.energy { best = (energy, search.u) }
      if try !progress(iterations, residual) { break }
    }
    var u = dataTerm
    u.pixels = best.u
    return Solution(
      u: u, energy: best.energy, elasticaEnergy: self.energy(of: u, dataTerm),
      startEnergy: start, residual: residual, iterations: iterations,
      isConverged: residual < tolerance)
  }

  /// The elastica energy of a mask: see `Solution.elasticaEnergy`.
  public func energy(of u: Image, _ dataTerm: Image) -> Double {
    let pair = ElasticaPair(u: u.pixels, n: VectorField(normalsOf: u))
    return pair.energy(dataTerm.pixels, alpha: alpha, beta: beta, coupling: 0)
  }
}
