import Imaging

/// The elastica model, (4) of the paper with Euler's elastica (its printed formula corrected, MATH:
/// section 7): `min over 0 <= u <= 1 of INT (alpha + beta kappa^2) |grad u| + INT r u`.
///
/// Solved in the relaxed form of MATH 7c, biconvex in u and a field n that stands for the normals:
/// `INT (alpha + beta (div n)^2) |grad u| + gam (|grad u| - n . grad u) + r u`, `|n| <= 1`. It starts
/// from the TV solution and keeps the best pair, so it never ends above its start, and cannot
/// collapse to u = 0 unless 0 is better.
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
    /// The relaxed energy of u and its n.
    public var energy: Double
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
  ///   - dataTerm: r, any values, even sizes.
  ///   - progress: told of every outer iteration and its residual; false stops the solver.
  public func solve(
    _ dataTerm: Image,
    progress: (_ iteration: Int, _ residual: Double) throws -> Bool
  ) rethrows -> Solution {
    var search = ElasticaSearch(self, dataTerm)
    let start = search.energy()
    var best = (energy: start, u: search.u)
    var (residual, iterations) = (Double.infinity, 0)
    for iteration in 1...max(1, maximumIterations) {
      residual = search.improve()
      iterations = iteration
      let energy = search.energy()
      if energy < best.energy { best = (energy, search.u) }
      let goesOn = try progress(iteration, residual)
      if residual < tolerance || !goesOn { break }
    }
    var u = dataTerm
    u.pixels = best.u
    return Solution(
      u: u, energy: best.energy, startEnergy: start, residual: residual, iterations: iterations,
      isConverged: residual < tolerance)
  }
}

/// The alternation between u and n.
private struct ElasticaSearch {
  private let model: ElasticaModel
  private let dataTerm: [Float]
  private var normals: NormalField
  private var variation: BoxConstrainedVariation
  private var gradient: VectorField
  var u: [Float] { variation.v }

  init(_ model: ElasticaModel, _ dataTerm: Image) {
    let (width, height) = (dataTerm.width, dataTerm.height)
    let flat = TotalVariationModel(mu: model.alpha, tolerance: 1e-3, maximumIterations: 500)
      .solve(dataTerm) { _, _ in true }
    self.model = model
    self.dataTerm = dataTerm.pixels
    normals = NormalField(normalsOf: flat.u, beta: model.beta, coupling: model.coupling)
    gradient = VectorField(width: width, height: height)
    variation = BoxConstrainedVariation(
      width: width, height: height, weight: dataTerm.pixels, dataTerm: dataTerm.pixels,
      rho: Float(max(1, model.coupling)), start: flat.u.pixels, transform: normals.transform)
  }

  /// One n-step and one u-step; the relative change of u.
  mutating func improve() -> Double {
    let before = u
    gradient.setGradient(of: before)
    normals.improve(gradient)
    let (weight, shifted) = weights()
    variation.replace(weight: weight, dataTerm: shifted)
    for _ in 0..<80 { variation.iterate() }
    let change = zip(u, before).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = before.reduce(0.0) { $0 + Double($1 * $1) }
    return (change / max(size, 1)).squareRoot()
  }

  /// For fixed n: TV with weight `alpha + beta (div n)^2 + gam` and data `r + gam div n`.
  private func weights() -> (weight: [Float], dataTerm: [Float]) {
    let (alpha, beta, gam) = (Float(model.alpha), Float(model.beta), Float(model.coupling))
    let curvature = normals.field.divergence
    return (
      curvature.map { alpha + beta * $0 * $0 + gam },
      zip(dataTerm, curvature).map { $0 + gam * $1 }
    )
  }

  /// The relaxed energy of u and n.
  mutating func energy() -> Double {
    let (weight, shifted) = weights()
    gradient.setGradient(of: u)
    let lengths = gradient.lengths
    // `gam n . grad u` summed by parts is `- gam u div n`, which `shifted` holds.
    return u.indices.reduce(0.0) {
      $0 + Double(weight[$1] * lengths[$1]) + Double(shifted[$1] * u[$1])
    }
  }
}
