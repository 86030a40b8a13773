import Imaging

/// The elastica model, (4) of the paper with Euler's elastica (its printed formula corrected, MATH:
/// section 7): `min over 0 <= u <= 1 of INT (alpha + beta kappa^2) |grad u| + INT r u`.
///
/// Solved in the relaxed form of MATH 7c, biconvex in u and a field n that stands for the normals:
/// `INT (alpha + beta (div n)^2) |grad u| + gam (|grad u| - n . grad u) + r u`, `|n| <= 1`, which is
/// the elastica energy for gam to infinity. It alternates between u and n, both steps convex, and takes
/// no step that raises the energy. It starts from the TV solution, first with a small share of beta and
/// then with more: of the minima that are many, the search ends in a lower one than with all of beta
/// from the start. What it ends in is certified to be a minimum in u and in n, not in both at once.
public struct ElasticaModel: Hashable, Sendable {
  /// With which shares of beta the search is led to its minimum, and for how many iterations each.
  private static let leadingShares = [1.0 / 16, 1.0 / 4]
  private static let leadingIterations = 5

  /// Weight of length, > 0.
  public var alpha: Double
  /// Weight of squared curvature, >= 0.
  public var beta: Double
  /// Weight gam of the relaxation, > 0.
  public var coupling: Double
  /// Relative gap at which the solver stops: see `Solution.relativeGap`.
  public var tolerance: Double
  /// Outer iterations after which it gives up.
  public var maximumIterations: Int

  /// A model and when to stop.
  public init(
    alpha: Double = 1, beta: Double = 10, coupling: Double = 2, tolerance: Double = 5e-4,
    maximumIterations: Int = 200
  ) {
    self.alpha = alpha
    self.beta = beta
    self.coupling = coupling
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// The pair that was found.
  public struct Solution: Hashable, Sendable {
    /// The mask, relaxed to `[0, 1]`.
    public var u: Image
    /// n, `|n| <= 1`.
    package var normals: VectorField
    /// The relaxed energy of u and n.
    public var energy: Double
    /// By what share of the energy's size another u with this n, or another n with this u, could lower
    /// it at most.
    ///
    /// Where the energy all but vanishes, its size is a hundredth of the least that r alone allows,
    /// `sum min(0, r)`.
    public var relativeGap: Double
    /// No u has a relaxed energy or an elastica energy below this: the bound of the TV model, since
    /// curvature costs.
    public var bound: Double
    /// The elastica energy of u by itself, kappa being the divergence of its own normals,
    /// `grad G_1 u / sqrt(|grad G_1 u|^2 + 1e-4)`: for comparison with other masks.
    public var elasticaEnergy: Double
    /// The relaxed energy of the start: the TV solution and its normals.
    public var startEnergy: Double
    /// Outer iterations taken.
    public var iterations: Int
    /// How many of them were with less than beta.
    package var leadingIterations: Int
    /// Whether the gap came under the tolerance.
    public var isConverged: Bool
  }

  /// Solves the model.
  ///
  /// - Parameters:
  ///   - dataTerm: r, any finite values.
  ///   - progress: told of every outer iteration, the energy that it made smaller and its relative gap;
  ///     false stops the solver.
  public func solve(
    _ dataTerm: Image,
    progress: (_ iteration: Int, _ energy: Double, _ gap: Double) throws -> Bool
  ) rethrows -> Solution {
    let flat = TotalVariationModel(mu: alpha, tolerance: 1e-3).solve(dataTerm) { _, _ in true }
    var search = ElasticaSearch(self, dataTerm, from: flat.u)
    let (start, first) = (search.energy, search.pair)
    var (iterations, lead, isStopped) = (0, 0, false)
    for stage in stages {
      lead = iterations
      search.replace(beta: stage.beta, orFrom: first)
      let end = min(iterations + stage.iterations, maximumIterations)
      while !isStopped && iterations < end && search.relativeGap > tolerance {
        search.improve()
        iterations += 1
        isStopped = try !progress(iterations, search.energy, search.relativeGap)
      }
    }
    var u = dataTerm
    u.pixels = search.pair.u
    return Solution(
      u: u, normals: search.pair.n, energy: search.energy, relativeGap: search.relativeGap,
      bound: flat.bound, elasticaEnergy: energy(of: u, dataTerm), startEnergy: start,
      iterations: iterations, leadingIterations: lead, isConverged: search.relativeGap <= tolerance)
  }

  /// Weights of curvature, and for how many iterations at most.
  private var stages: [(beta: Double, iterations: Int)] {
    let most = min(Self.leadingIterations, maximumIterations / 6)
    let lead = beta > 0 ? Self.leadingShares.map { (beta: $0 * beta, iterations: most) } : []
    return lead + [(beta: beta, iterations: maximumIterations)]
  }

  /// The elastica energy of a mask: see `Solution.elasticaEnergy`.
  public func energy(of u: Image, _ dataTerm: Image) -> Double {
    let pair = ElasticaPair(u: u.pixels, n: VectorField(normalsOf: u))
    return pair.energy(dataTerm.pixels, alpha: alpha, beta: beta, coupling: 0)
  }
}
