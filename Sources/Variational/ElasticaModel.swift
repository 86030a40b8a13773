import Imaging

/// The elastica model: equation (4) of the paper with Euler's elastica, equation (29), as
/// regulariser.
///
/// It is solved in the relaxed form of equation (30), which is biconvex in u and a field n that
/// stands for the normals. The search alternates between u and n, both steps convex, and takes no
/// step that raises the energy. It starts from the TV solution with a small share of beta and then
/// raises beta, equation (37): the energy has many local minima, and this path leads to lower ones
/// than a start with the whole beta. The result is certified to be a minimum in u and in n
/// separately, not jointly.
public struct ElasticaModel: Hashable, Sendable {
  /// Shares of beta with which the search begins, equation (37).
  private static let leadingShares = [1.0 / 16, 1.0 / 4]
  /// Number of iterations for each leading share, at most.
  private static let leadingIterations = 5

  /// Weight of length, > 0.
  public var alpha: Double
  /// Weight of squared curvature, >= 0.
  public var beta: Double
  /// Weight gam of the relaxation, > 0.
  public var coupling: Double
  /// Relative gap at which the solver stops: see `ElasticaSolution.relativeGap`.
  public var tolerance: Double
  /// Number of outer iterations after which the solver stops without having converged.
  public var maximumIterations: Int

  /// Makes a model with its stopping criteria.
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

  /// Solves the model.
  ///
  /// - Parameters:
  ///   - dataTerm: r of equation (5), any finite values.
  ///   - progress: called after every outer iteration with the energy and its relative gap;
  ///     returning false stops the solver.
  public func solve(
    _ dataTerm: Image,
    progress: (_ iteration: Int, _ energy: Double, _ gap: Double) throws -> Bool
  ) rethrows -> ElasticaSolution {
    let flat = TotalVariationModel(mu: alpha, tolerance: 1e-3).solve(dataTerm) { _, _ in true }
    var search = ElasticaSearch(self, dataTerm: dataTerm, start: flat.u)
    let first = search.pair
    let startEnergy = search.energy
    var iterations = 0
    var leadingIterations = 0
    var isStopped = false
    for stage in stages {
      leadingIterations = iterations
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
    return ElasticaSolution(
      u: u, normals: search.pair.n, energy: search.energy, relativeGap: search.relativeGap,
      bound: flat.bound, elasticaEnergy: energy(of: u, dataTerm: dataTerm),
      startEnergy: startEnergy, iterations: iterations, leadingIterations: leadingIterations,
      isConverged: search.relativeGap <= tolerance)
  }

  /// The weights of curvature that the search goes through, each with its largest number of
  /// iterations.
  private var stages: [(beta: Double, iterations: Int)] {
    let most = min(Self.leadingIterations, maximumIterations / 6)
    // equation (37)
    let lead = beta > 0 ? Self.leadingShares.map { (beta: $0 * beta, iterations: most) } : []
    return lead + [(beta: beta, iterations: maximumIterations)]
  }

  /// Returns the elastica energy of a mask, equation (29): see `ElasticaSolution.elasticaEnergy`.
  public func energy(of u: Image, dataTerm: Image) -> Double {
    // equation (29): without coupling, and with the mask's own normals, equation (30) is the
    // elastica.
    let pair = ElasticaPair(u: u.pixels, n: VectorField(normalsOf: u))
    return pair.energy(dataTerm.pixels, alpha: alpha, beta: beta, coupling: 0)
  }
}

/// A solution of the elastica model: the mask and the normals with which the search ended.
public struct ElasticaSolution: Hashable, Sendable {
  /// Relaxed mask in `[0, 1]`.
  public var u: Image
  /// Field of normals n, with `|n| <= 1`.
  package var normals: VectorField
  /// Relaxed energy of u and n, equation (30).
  public var energy: Double
  /// Upper limit of the share of the energy's size by which another u with this n, or another n
  /// with this u, could lower the energy.
  ///
  /// If the energy is almost zero, its size is taken as a hundredth of the least energy that r
  /// alone allows, equation (7).
  public var relativeGap: Double
  /// Lower bound of every relaxed energy and every elastica energy: that of the TV model, because
  /// curvature only adds to the energy.
  public var bound: Double
  /// Elastica energy of u alone, equation (29), for comparison with other masks.
  ///
  /// The curvature is the divergence of the normals of the smoothed u, equation (36).
  public var elasticaEnergy: Double
  /// Relaxed energy of the start: the TV solution and its normals.
  public var startEnergy: Double
  /// Number of outer iterations.
  public var iterations: Int
  /// Number of outer iterations with less than the full beta.
  package var leadingIterations: Int
  /// True if the gap fell to the tolerance.
  public var isConverged: Bool
}
