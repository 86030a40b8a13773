import Imaging

/// The alternation between u and n of the elastica model (MATH: section 7c).
///
/// No step raises the energy: what would is not taken. After each step the present pair is certified:
/// the bounds of both convex problems say by how much u alone, or n alone, could lower the energy.
struct ElasticaSearch {
  /// Inner iterations between two looks at a step: both start where they ended before, so few do.
  private static let normalIterations = 60
  private static let variationIterations = 80
  /// Looks at a u-step before it is given up.
  private static let patience = 5

  private let model: ElasticaModel
  private let dataTerm: [Float]
  private let floor: Double
  private let normals: NormalField
  private let variation: PrimalDualVariation
  /// The weight of curvature in what is now minimised.
  private var beta: Double
  /// The present pair, and its relaxed energy.
  private(set) var pair: ElasticaPair
  private(set) var energy: Double
  /// No u has less energy with the present n, and no n with the present u.
  private var variationBound = -Double.infinity
  private var normalBound = -Double.infinity

  /// Starts from the solution of the TV model and its normals.
  init(_ model: ElasticaModel, _ dataTerm: Image, from u: Image) {
    self.model = model
    self.dataTerm = dataTerm.pixels
    floor = 0.01 * abs(dataTerm.pixels.reduce(0.0) { $0 + Double(min(0, $1)) })
    beta = model.beta
    pair = ElasticaPair(u: u.pixels, n: VectorField(normalsOf: u))
    energy = pair.energy(
      dataTerm.pixels, alpha: model.alpha, beta: beta, coupling: model.coupling)
    normals = NormalField(pair.n, beta: beta, coupling: model.coupling)
    variation = PrimalDualVariation(
      width: dataTerm.width, height: dataTerm.height, weight: dataTerm.pixels,
      dataTerm: dataTerm.pixels, start: pair.u)
    searchNormals()
  }

  /// The largest share of the energy's size by which a change of u alone, or of n alone, could lower it.
  ///
  /// Where the energy all but vanishes, its size is a hundredth of the least that r alone allows.
  var relativeGap: Double {
    let gap = energy - min(variationBound, normalBound)
    return gap <= 0 ? 0 : gap / max(abs(energy), floor, .leastNormalMagnitude)
  }

  /// Takes the n that was found for the present u, then the best u for it, and looks for the next n.
  mutating func improve() {
    take(ElasticaPair(u: pair.u, n: normals.field))
    searchVariation()
    searchNormals()
  }

  /// Goes on with another weight of curvature, from the present pair or from `other` if that is better.
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

  private mutating func take(_ other: ElasticaPair) {
    let otherEnergy = energy(of: other)
    if otherEnergy <= energy { (pair, energy) = (other, otherEnergy) }
  }

  /// For fixed n: TV with weight `alpha + beta (div n)^2 + gam` and data `r + gam div n`.
  private mutating func searchVariation() {
    let (alpha, beta, gam) = (Float(model.alpha), Float(beta), Float(model.coupling))
    let curvature = pair.n.divergence
    variation.replace(
      weight: curvature.map { alpha + beta * $0 * $0 + gam },
      dataTerm: zip(dataTerm, curvature).map { $0 + gam * $1 })
    let before = energy
    for _ in 0..<Self.patience {
      variation.iterateWhereUnsettled(Self.variationIterations)
      take(ElasticaPair(u: variation.u, n: pair.n))
      variationBound = variation.certificate().bound
      if energy < before || relativeGap <= model.tolerance { break }
    }
  }

  /// For fixed u: what the energy holds besides the n-step's is `INT (alpha + gam) |grad u| + r u`.
  private mutating func searchNormals() {
    let gradient = pair.gradient
    normals.improve(gradient, iterations: Self.normalIterations)
    let length = gradient.lengths.reduce(0.0) { $0 + Double($1) }
    let fitting = zip(dataTerm, pair.u).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    normalBound =
      (model.alpha + model.coupling) * length + fitting + normals.certificate().bound
  }
}

/// A relaxed mask u and a field n that stands for its normals.
struct ElasticaPair {
  var u: [Float]
  /// `|n| <= 1`.
  var n: VectorField

  /// grad u.
  var gradient: VectorField {
    var gradient = VectorField(width: n.width, height: n.height)
    gradient.setGradient(of: u)
    return gradient
  }

  /// `INT (alpha + beta (div n)^2) |grad u| + gam (|grad u| - n . grad u) + r u` (MATH: section 7c).
  func energy(_ r: [Float], alpha: Double, beta: Double, coupling gam: Double) -> Double {
    let (gradient, curvature) = (gradient, n.divergence)
    let lengths = gradient.lengths
    return u.indices.reduce(0.0) { sum, i in
      let (length, kappa) = (Double(lengths[i]), Double(curvature[i]))
      let along = Double(n.x[i] * gradient.x[i] + n.y[i] * gradient.y[i])
      return sum + (alpha + beta * kappa * kappa) * length
        + gam * (length - along) + Double(r[i] * u[i])
    }
  }
}

extension VectorField {
  /// The normals of a smoothed `u`: `grad G_1 u / sqrt(|grad G_1 u|^2 + 1e-4)`.
  package init(normalsOf u: Image) {
    self.init(width: u.width, height: u.height)
    setGradient(of: u.smoothed(sigma: 1).pixels)
    for i in x.indices {
      let length = (x[i] * x[i] + y[i] * y[i] + 1e-4).squareRoot()
      x[i] /= length
      y[i] /= length
    }
  }
}
