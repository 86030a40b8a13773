import Imaging

/// The alternating minimisation of the elastica model's relaxed energy, equation (30), over u and
/// n.
///
/// A step that would raise the energy is not taken. After each step the present pair is certified:
/// the bounds of the two convex problems say by how much u alone, or n alone, could lower the
/// energy.
struct ElasticaSearch {
  /// Iterations of the normal step; few suffice, because each step starts from the result of the
  /// previous one.
  private static let normalIterations = 60
  /// Iterations of the mask step between two checks of the energy.
  private static let variationIterations = 80
  /// Number of checks after which a mask step ends without having lowered the energy.
  private static let variationChecks = 5

  private let model: ElasticaModel
  private let dataTerm: [Float]
  private let floor: Double
  private let normals: NormalFieldSolver
  private let variation: WeightedVariationSolver
  /// Present weight of curvature, at most that of the model.
  private var beta: Double
  /// Best pair found so far.
  private(set) var pair: ElasticaPair
  /// Relaxed energy of the best pair.
  private(set) var energy: Double
  /// Lower bound of the energy of every u with the present n.
  private var variationBound = -Double.infinity
  /// Lower bound of the energy of every n with the present u.
  private var normalBound = -Double.infinity

  /// Starts from a solution of the TV model and its normals.
  init(_ model: ElasticaModel, dataTerm: Image, start u: Image) {
    self.model = model
    self.dataTerm = dataTerm.pixels
    // equation (7)
    floor = 0.01 * abs(dataTerm.pixels.reduce(0.0) { $0 + Double(min(0, $1)) })
    beta = model.beta
    pair = ElasticaPair(u: u.pixels, n: VectorField(normalsOf: u))
    energy = pair.energy(
      dataTerm.pixels, alpha: model.alpha, beta: beta, coupling: model.coupling)
    normals = NormalFieldSolver(pair.n, beta: beta, coupling: model.coupling)
    variation = WeightedVariationSolver(
      width: dataTerm.width, height: dataTerm.height, weight: dataTerm.pixels,
      dataTerm: dataTerm.pixels, start: pair.u)
    searchNormals()
  }

  /// Upper limit of the share of the energy's size by which a change of u alone, or of n alone,
  /// could lower the energy.
  ///
  /// If the energy is almost zero, its size is taken as a hundredth of the least energy that r
  /// alone allows, equation (7).
  var relativeGap: Double {
    let gap = energy - min(variationBound, normalBound)
    return gap <= 0 ? 0 : gap / max(abs(energy), floor, .leastNormalMagnitude)
  }

  /// Takes the n that was found for the present u, then searches for the best u for this n, and
  /// then for the next n.
  mutating func improve() {
    take(ElasticaPair(u: pair.u, n: normals.field))
    searchVariation()
    searchNormals()
  }

  /// Continues with another weight of curvature, from the present pair or from `other` if that is
  /// better.
  mutating func replace(beta: Double, orFrom other: ElasticaPair) {
    self.beta = beta
    normals.beta = Float(beta)
    energy = energy(of: pair)
    take(other)
    variationBound = -.infinity
    searchNormals()
  }

  private func energy(of pair: ElasticaPair) -> Double {
    pair.energy(dataTerm, alpha: model.alpha, beta: beta, coupling: model.coupling)
  }

  /// Makes `other` the present pair unless that raises the energy.
  private mutating func take(_ other: ElasticaPair) {
    let otherEnergy = energy(of: other)
    guard otherEnergy <= energy else { return }
    pair = other
    energy = otherEnergy
  }

  /// Minimises over u for fixed n: a weighted TV problem, equation (31).
  private mutating func searchVariation() {
    let alpha = Float(model.alpha)
    let beta = Float(beta)
    let gam = Float(model.coupling)
    let curvature = pair.n.divergence
    // equation (31)
    variation.replace(
      weight: curvature.map { alpha + beta * $0 * $0 + gam },
      dataTerm: zip(dataTerm, curvature).map { $0 + gam * $1 })
    let before = energy
    for _ in 0..<Self.variationChecks {
      variation.iterateOnActiveSet(Self.variationIterations)
      take(ElasticaPair(u: variation.u, n: pair.n))
      variationBound = variation.certificate().bound
      if energy < before || relativeGap <= model.tolerance { break }
    }
  }

  /// Minimises over n for fixed u, equation (32), and bounds the energy of every n from below.
  private mutating func searchNormals() {
    let gradient = pair.gradient
    normals.improve(gradient, iterations: Self.normalIterations)
    let length = gradient.lengths.reduce(0.0) { $0 + Double($1) }
    let fitting = zip(dataTerm, pair.u).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    // equation (35), and the parts of the relaxed energy that do not depend on n.
    normalBound =
      (model.alpha + model.coupling) * length + fitting + normals.certificate().bound
  }
}

/// A relaxed mask u and a field n that stands for its normals.
struct ElasticaPair {
  /// Relaxed mask, row-major, in `[0, 1]`.
  var u: [Float]
  /// Field of normals, with `|n| <= 1`.
  var n: VectorField

  /// Gradient of u by forward differences.
  var gradient: VectorField {
    var gradient = VectorField(width: n.width, height: n.height)
    gradient.setGradient(of: u)
    return gradient
  }

  /// Returns the relaxed energy of the pair for the data term `r`, equation (30).
  func energy(_ r: [Float], alpha: Double, beta: Double, coupling gam: Double) -> Double {
    let gradient = gradient
    let curvature = n.divergence
    let lengths = gradient.lengths
    return u.indices.reduce(0.0) { sum, i in
      let length = Double(lengths[i])
      let kappa = Double(curvature[i])
      let along = Double(n.x[i] * gradient.x[i] + n.y[i] * gradient.y[i])
      // equation (30)
      return sum + (alpha + beta * kappa * kappa) * length
        + gam * (length - along) + Double(r[i] * u[i])
    }
  }
}

extension VectorField {
  /// Makes the normals of a smoothed mask, equation (36).
  package init(normalsOf u: Image) {
    self.init(width: u.width, height: u.height)
    setGradient(of: u.smoothed(sigma: 1).pixels)
    for i in x.indices {
      let length = (x[i] * x[i] + y[i] * y[i] + 1e-4).squareRoot()  // equation (36)
      x[i] /= length
      y[i] /= length
    }
  }
}
