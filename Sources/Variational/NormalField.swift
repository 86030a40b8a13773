import Imaging

/// The n-step of the elastica model: for `p = grad u` fixed,
/// `min over |n| <= 1 of sum beta |p| (div n)^2 - gam n . p` (MATH: section 7c).
///
/// Convex; solved by the primal-dual method of Chambolle and Pock (2011) with a dual q for `div n`.
package final class NormalField {
  private let width: Int
  private let height: Int
  /// Weight of squared curvature.
  var beta: Float
  private let coupling: Float
  /// The feasible iterate, `|n| <= 1`, and its extrapolation; x vanishes in the last column, y in
  /// the last row, where the divergence does not see them.
  private let normalX: Plane
  private let normalY: Plane
  private let aheadX: Plane
  private let aheadY: Plane
  /// q, and `2 beta |p|` and `gam p` of the present u.
  private let dual: Plane
  private let stiffness: Plane
  private let pullX: Plane
  private let pullY: Plane
  /// One row: 1, and 0 from the last column on.
  private let hasRight: Plane
  private let sigma: Float
  private let tau: Float

  /// Starts from `n` and `q = 0`.
  ///
  /// - Precondition: `|n| <= 1`.
  package init(_ n: VectorField, beta: Double, coupling: Double) {
    let (width, height) = (n.width, n.height)
    func plane() -> Plane { Plane(width: width, height: height) }
    (self.width, self.height) = (width, height)
    (self.beta, self.coupling) = (Float(beta), Float(coupling))
    (normalX, normalY, aheadX, aheadY) = (plane(), plane(), plane(), plane())
    (dual, stiffness, pullX, pullY) = (plane(), plane(), plane(), plane())
    hasRight = Plane(width: width, height: 1, (0..<width).map { $0 + 1 < width ? 1 : 0 })
    // n lives on the scale 1 and q on that of gam.
    let scale = Float(coupling)
    (sigma, tau) = (scale / Float(8).squareRoot(), 1 / (scale * Float(8).squareRoot()))
    (normalX.values, normalY.values) = (n.x, n.y)
    (aheadX.values, aheadY.values) = (n.x, n.y)
  }

  /// The present n.
  package var field: VectorField {
    var field = VectorField(width: width, height: height)
    (field.x, field.y) = (normalX.values, normalY.values)
    return field
  }

  /// The energy of n, `sum beta |p| (div n)^2 - gam n . p`, and the bound
  /// `sum -q^2 / (4 beta |p|) - |grad q + gam p|` that no n is below: q vanishes where p does.
  ///
  /// - Precondition: `improve` has been called.
  func certificate() -> (energy: Double, bound: Double) {
    let (x, y, q, c, stride) = (normalX, normalY, dual, stiffness, dual.stride)
    let half = Lanes(repeating: 0.5)
    var (energy, bound) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for row in 0..<height {
      let hasBelow: Float = row + 1 < height ? 1 : 0
      var column = 0
      while column < stride {
        let i = row * stride + column
        let here = q[i]
        let divergence = x[i] - x[i - 1] + y[i] - y[i - stride]
        let along = x[i] * pullX[i] + y[i] * pullY[i]
        energy += SIMD8<Double>(half * c[i] * divergence * divergence - along)
        let right = hasRight[column] * (q[i + 1] - here + pullX[i])
        let below = hasBelow * (q[i + stride] - here + pullY[i])
        let stretch = here / c[i].clamped(atLeast: Lanes(repeating: .leastNormalMagnitude))
        bound -= SIMD8<Double>(half * here * stretch + (right * right + below * below).squareRoot())
        column += Lanes.scalarCount
      }
    }
    return (energy.sum(), bound.sum())
  }

  /// Takes `count` iterations for the gradient `p` of u.
  ///
  /// Once the first has set q to 0 wherever p is 0, n changes at edges of u only, and a pixel before
  /// them: the others leave out the rest.
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

  /// Where p does not vanish, and a margin.
  private func edges() -> SweepRegion {
    SweepRegion(of: dual, margin: 1) { _, i in any(pullX[i] .!= 0 .| pullY[i] .!= 0) }
  }

  /// `q = (q + sigma div ahead) c / (c + sigma)`, `c = 2 beta |p|`: the proximal map of the conjugate
  /// of `beta |p| s^2`.
  private func ascend(_ region: SweepRegion) {
    let (x, y, q, c, stride) = (aheadX, aheadY, dual, stiffness, dual.stride)
    for run in region.runs {
      var i = run.start
      while i < run.end {
        let divergence = x[i] - x[i - 1] + y[i] - y[i - stride]
        q[i] = (q[i] + sigma * divergence) * c[i] / (c[i] + sigma)
        i += Lanes.scalarCount
      }
    }
  }

  /// `n = project(n + tau (grad q + gam p))` on `|n| <= 1`, `ahead = 2 n - n_old`.
  private func descend(_ region: SweepRegion) {
    let (x, y, q, stride) = (normalX, normalY, dual, dual.stride)
    for run in region.runs {
      let hasBelow: Float = run.row + 1 < height ? tau : 0
      let first = run.row * stride
      var i = run.start
      while i < run.end {
        let (oldX, oldY, here) = (x[i], y[i], q[i])
        let nx = oldX + hasRight[i - first] * tau * (q[i + 1] - here + pullX[i])
        let ny = oldY + hasBelow * (q[i + stride] - here + pullY[i])
        let length = (nx * nx + ny * ny).squareRoot().clamped(atLeast: Lanes(repeating: 1))
        (x[i], y[i]) = (nx / length, ny / length)
        aheadX[i] = x[i] + x[i] - oldX
        aheadY[i] = y[i] + y[i] - oldY
        i += Lanes.scalarCount
      }
    }
  }
}
