/// A primal-dual solver of the elastica model's normal step, equation (32), with the gradient p of
/// u fixed.
///
/// The problem is convex; the method is that of Chambolle and Pock (2011) with a dual variable q
/// for `div n`.
package final class NormalFieldSolver {
  private let width: Int
  private let height: Int
  /// Weight of squared curvature, >= 0.
  var beta: Float
  private let coupling: Float
  /// Component along columns of the iterate n, always `|n| <= 1`; 0 in the last column, where the
  /// divergence does not depend on it.
  private let normalX: PaddedField
  /// Component along rows of the iterate n; 0 in the last row.
  private let normalY: PaddedField
  private let extrapolatedX: PaddedField
  private let extrapolatedY: PaddedField
  /// Dual variable q of `div n`.
  private let dual: PaddedField
  /// Curvature's weight `2 beta |p|` at every pixel.
  private let stiffness: PaddedField
  /// Component along columns of `gam p`, which pulls n towards the gradient.
  private let pullX: PaddedField
  /// Component along rows of `gam p`.
  private let pullY: PaddedField
  private let hasRight: PaddedField
  private let sigma: Float
  private let tau: Float

  /// Makes a solver that starts from `n`, with `|n| <= 1`, and from `q = 0`.
  ///
  /// - Parameters:
  ///   - n: initial field of normals.
  ///   - beta: weight of squared curvature, >= 0.
  ///   - coupling: weight gam of the relaxation, > 0.
  package init(_ n: VectorField, beta: Double, coupling: Double) {
    let width = n.width
    let height = n.height
    func zeros() -> PaddedField { PaddedField(width: width, height: height) }
    self.width = width
    self.height = height
    self.beta = Float(beta)
    self.coupling = Float(coupling)
    normalX = zeros()
    normalY = zeros()
    extrapolatedX = zeros()
    extrapolatedY = zeros()
    dual = zeros()
    stiffness = zeros()
    pullX = zeros()
    pullY = zeros()
    hasRight = .forwardMask(width: width)
    // n is of the order of 1 and q of the order of gam.
    let scale = Float(coupling)
    sigma = scale / Float(8).squareRoot()
    tau = 1 / (scale * Float(8).squareRoot())
    normalX.values = n.x
    normalY.values = n.y
    extrapolatedX.values = n.x
    extrapolatedY.values = n.y
  }

  /// Present iterate n, with `|n| <= 1`.
  package var field: VectorField {
    var field = VectorField(width: width, height: height)
    field.x = normalX.values
    field.y = normalY.values
    return field
  }

  /// Returns the energy of n, equation (32), and a lower bound of the energy of every n, equation
  /// (35).
  ///
  /// - Precondition: `improve` has been called, so that q is zero where p is zero.
  func certificate() -> (energy: Double, bound: Double) {
    let x = normalX
    let y = normalY
    let q = dual
    let c = stiffness
    let stride = dual.stride
    let half = PixelVector(repeating: 0.5)
    var energy = SIMD8<Double>.zero
    var bound = SIMD8<Double>.zero
    for row in 0..<height {
      let hasBelow: Float = row + 1 < height ? 1 : 0
      var column = 0
      while column < stride {
        let i = row * stride + column
        let here = q[i]
        let divergence = x[i] - x[i - 1] + y[i] - y[i - stride]
        let along = x[i] * pullX[i] + y[i] * pullY[i]
        energy += SIMD8<Double>(half * c[i] * divergence * divergence - along)  // equation (32)
        let right = hasRight[column] * (q[i + 1] - here + pullX[i])
        let below = hasBelow * (q[i + stride] - here + pullY[i])
        let stretch =
          here / c[i].clamped(atLeast: PixelVector(repeating: .leastNormalMagnitude))
        // equation (35)
        bound -= SIMD8<Double>(half * here * stretch + (right * right + below * below).squareRoot())
        column += PixelVector.scalarCount
      }
    }
    return (energy.sum(), bound.sum())
  }

  /// Runs `count` iterations for the gradient `p` of u.
  ///
  /// The first iteration sets q to 0 wherever p is 0. From then on n changes only at the edges of u
  /// and one pixel before them, so the other iterations sweep only there.
  package func improve(_ p: VectorField, iterations count: Int) {
    stiffness.values = p.lengths.map { 2 * beta * $0 }
    pullX.values = p.x.map { coupling * $0 }
    pullY.values = p.y.map { coupling * $0 }
    var region = SweepRegion(allOf: dual)
    for iteration in 0..<count {
      ascend(region)
      descend(region)
      if iteration == 0 { region = edges() }
    }
  }

  /// Returns the pixels at which p is not zero, with a margin.
  private func edges() -> SweepRegion {
    SweepRegion(of: dual, margin: 1) { _, i in any(pullX[i] .!= 0 .| pullY[i] .!= 0) }
  }

  /// Takes the dual step, equation (33): the proximal map of the conjugate of `beta |p| s^2`.
  private func ascend(_ region: SweepRegion) {
    let x = extrapolatedX
    let y = extrapolatedY
    let q = dual
    let c = stiffness
    let stride = dual.stride
    for run in region.runs {
      var i = run.start
      while i < run.end {
        let divergence = x[i] - x[i - 1] + y[i] - y[i - stride]
        q[i] = (q[i] + sigma * divergence) * c[i] / (c[i] + sigma)  // equation (33)
        i += PixelVector.scalarCount
      }
    }
  }

  /// Takes the primal step, projects n onto `|n| <= 1` and extrapolates, equation (34).
  private func descend(_ region: SweepRegion) {
    let x = normalX
    let y = normalY
    let q = dual
    let stride = dual.stride
    for run in region.runs {
      let hasBelow: Float = run.row + 1 < height ? tau : 0
      let first = run.row * stride
      var i = run.start
      while i < run.end {
        let oldX = x[i]
        let oldY = y[i]
        let here = q[i]
        // equation (34)
        let nx = oldX + hasRight[i - first] * tau * (q[i + 1] - here + pullX[i])
        let ny = oldY + hasBelow * (q[i + stride] - here + pullY[i])
        let length = (nx * nx + ny * ny).squareRoot().clamped(atLeast: PixelVector(repeating: 1))
        x[i] = nx / length
        y[i] = ny / length
        extrapolatedX[i] = x[i] + x[i] - oldX
        extrapolatedY[i] = y[i] + y[i] - oldY
        i += PixelVector.scalarCount
      }
    }
  }
}
