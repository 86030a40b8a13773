import Imaging

/// The alternation between u and n of the elastica model.
struct ElasticaSearch {
  /// Inner iterations of each step: both start where they ended before, so few do.
  private static let normalIterations = 60
  private static let variationIterations = 80

  private let model: ElasticaModel
  private let dataTerm: [Float]
  private let normals: NormalField
  private let variation: PrimalDualVariation
  private var pair: ElasticaPair

  /// Starts from the TV solution, alpha before its variation, and its normals.
  init(_ model: ElasticaModel, _ dataTerm: Image) {
    let flat = TotalVariationModel(mu: model.alpha, tolerance: 1e-3).solve(dataTerm) { _, _ in true
    }
    self.model = model
    self.dataTerm = dataTerm.pixels
    pair = ElasticaPair(u: flat.u.pixels, n: VectorField(normalsOf: flat.u))
    normals = NormalField(pair.n, beta: model.beta, coupling: model.coupling)
    variation = PrimalDualVariation(
      width: dataTerm.width, height: dataTerm.height, weight: dataTerm.pixels,
      dataTerm: dataTerm.pixels, start: pair.u)
  }

  /// The present u.
  var u: [Float] { pair.u }

  /// The relaxed energy of the present u and n.
  var energy: Double {
    pair.energy(dataTerm, alpha: model.alpha, beta: model.beta, coupling: model.coupling)
  }

  /// One n-step and one u-step; the relative change of u.
  mutating func improve() -> Double {
    normals.improve(pair.gradient, iterations: Self.normalIterations)
    pair.n = normals.field
    // For fixed n: TV with weight `alpha + beta (div n)^2 + gam` and data `r + gam div n`.
    let (alpha, beta, gam) = (Float(model.alpha), Float(model.beta), Float(model.coupling))
    let curvature = pair.n.divergence
    variation.replace(
      weight: curvature.map { alpha + beta * $0 * $0 + gam },
      dataTerm: zip(dataTerm, curvature).map { $0 + gam * $1 })
    variation.iterate(Self.variationIterations)
    let before = pair.u
    pair.u = variation.u
    let change = zip(pair.u, before).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = before.reduce(0.0) { $0 + Double($1 * $1) }
    return (change / max(size, 1)).squareRoot()
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
      return sum + (alpha + beta * kappa * kappa) * length + gam * (length - along)
        + Double(r[i] * u[i])
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
