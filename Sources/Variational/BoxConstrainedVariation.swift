import Foundation

/// ADMM for `min over 0 <= u <= 1 of INT w |grad u| + INT r u`, w > 0 at every pixel
/// (MATH: section 6a), with a certified duality gap.
///
/// Splits `d = grad u` and `v = u`; u is solved by cosine transform, d by shrinkage, v by clipping.
/// The scaled multiplier of d, times rho, is feasible for the dual problem as it stands, so
/// `D = sum min(0, r - div p)` bounds the optimum from below at no extra cost.
struct BoxConstrainedVariation {
  private let width: Int
  private let height: Int
  private(set) var weight: [Float]
  private(set) var dataTerm: [Float]
  private let rho: Float
  private let transform: CosineTransform
  private let inverse: [Float]

  private var u: [Float]
  /// The feasible iterate, in `[0, 1]`.
  private(set) var v: [Float]
  private var w: [Float]
  private var d: VectorField
  private var b: VectorField
  private var gradient: VectorField
  private var work: [Float]

  /// Starts from `start`, or from `{r < 0}`.
  init(
    width: Int, height: Int, weight: [Float], dataTerm: [Float], rho: Float, start: [Float]? = nil,
    transform: CosineTransform? = nil
  ) {
    (self.width, self.height, self.weight, self.dataTerm) = (width, height, weight, dataTerm)
    self.rho = rho
    let transform = transform ?? CosineTransform(width: width, height: height)
    self.transform = transform
    inverse = transform.eigenvalues.map { 1 / (rho * $0 + rho) }
    u = start ?? dataTerm.map { $0 < 0 ? 1 : 0 }
    v = u
    w = [Float](repeating: 0, count: u.count)
    work = w
    d = VectorField(width: width, height: height)
    (b, gradient) = (d, d)
    d.setGradient(of: u)
  }

  /// Goes on with another weight and data term from the present iterates.
  mutating func replace(weight: [Float], dataTerm: [Float]) {
    (self.weight, self.dataTerm) = (weight, dataTerm)
  }

  /// One iteration.
  mutating func iterate() {
    solveForU()
    gradient.setGradient(of: u)
    shrink()
    clip()
  }

  private mutating func solveForU() {
    for i in work.indices {
      gradient.x[i] = d.x[i] - b.x[i]
      gradient.y[i] = d.y[i] - b.y[i]
    }
    gradient.divergence(into: &work)
    for i in work.indices { u[i] = rho * (v[i] - w[i] - work[i]) }
    transform.filter(&u, by: inverse)
  }

  /// `d = shrink(grad u + b, w / rho)`; b keeps what was cut off, so `|rho b| <= w` always.
  private mutating func shrink() {
    for i in work.indices {
      let (qx, qy) = (gradient.x[i] + b.x[i], gradient.y[i] + b.y[i])
      let length = (qx * qx + qy * qy).squareRoot()
      let keep = length > 0 ? max(0, 1 - weight[i] / (rho * length)) : 0
      (d.x[i], d.y[i]) = (keep * qx, keep * qy)
      (b.x[i], b.y[i]) = (qx - d.x[i], qy - d.y[i])
    }
  }

  private mutating func clip() {
    for i in work.indices {
      let target = u[i] + w[i]
      v[i] = max(0, min(1, target - dataTerm[i] / rho))
      w[i] = target - v[i]
    }
  }

  /// The energy of the feasible iterate.
  mutating func primal() -> Double {
    gradient.setGradient(of: v)
    var sum = 0.0
    for i in v.indices {
      let length = (gradient.x[i] * gradient.x[i] + gradient.y[i] * gradient.y[i]).squareRoot()
      sum += Double(weight[i] * length) + Double(dataTerm[i] * v[i])
    }
    return sum
  }

  /// A lower bound of the optimum: `D(p) = sum min(0, r - div p)`, `p = rho b` (MATH: section 6b).
  mutating func dual() -> Double {
    b.divergence(into: &work)
    var sum = 0.0
    for i in work.indices { sum += Double(min(0, dataTerm[i] - rho * work[i])) }
    return sum
  }
}
