import Foundation
import Imaging

/// The n-step of the elastica model: for `p = grad u` fixed,
/// `min over |n| <= 1 of sum beta |p| (div n)^2 - gam n . p`, by ADMM with `n = m` and `s = div n`
/// (MATH: section 7c).
struct NormalField {
  /// n.
  private(set) var field: VectorField
  /// Shared with the u-step: the grids are the same.
  let transform: CosineTransform
  private let eigenvalues: [Float]
  private let beta: Float
  private let coupling: Float
  private var m: VectorField
  private var multiplier: VectorField
  private var s: [Float]
  private var curvatureMultiplier: [Float]

  /// The normals of a smoothed `u`: `grad G_1 u / sqrt(|grad G_1 u|^2 + 1e-4)`.
  init(normalsOf u: Image, beta: Double, coupling: Double) {
    transform = CosineTransform(width: u.width, height: u.height)
    eigenvalues = transform.eigenvalues
    (self.beta, self.coupling) = (Float(beta), Float(coupling))
    field = VectorField(width: u.width, height: u.height)
    multiplier = field
    field.setGradient(of: u.smoothed(sigma: 1).pixels)
    for i in field.x.indices {
      let length = (field.x[i] * field.x[i] + field.y[i] * field.y[i] + 1e-4).squareRoot()
      field.x[i] /= length
      field.y[i] /= length
    }
    m = field
    s = field.divergence
    curvatureMultiplier = s.map { _ in 0 }
  }

  /// 60 iterations for the gradient `p` of u.
  mutating func improve(_ p: VectorField) {
    let lengths = p.lengths
    let (r4, r5) = (coupling, penalty(lengths))
    let inverse = eigenvalues.map { 1 / (r4 + r5 * $0) }
    for _ in 0..<60 {
      solve(r4, r5, inverse)
      project(p)
      updateCurvature(lengths, r5)
    }
  }

  /// About `2 beta` times the median of |p| on the edge, so that both terms of s weigh alike.
  private func penalty(_ lengths: [Float]) -> Float {
    let edge = lengths.filter { $0 > 1e-3 }.sorted()
    let median = edge.isEmpty ? 1 : edge[edge.count / 2]
    return max(2 * beta * median, 1e-3)
  }

  /// `n = (h - r5 grad q) / r4`, `q = (r4 + r5 Lambda)^-1 (-div h)`.
  private mutating func solve(_ r4: Float, _ r5: Float, _ inverse: [Float]) {
    var h = VectorField(width: field.width, height: field.height)
    h.setGradient(of: zip(s, curvatureMultiplier).map { $0 + $1 })
    for i in h.x.indices {
      h.x[i] = r4 * (m.x[i] - multiplier.x[i]) - r5 * h.x[i]
      h.y[i] = r4 * (m.y[i] - multiplier.y[i]) - r5 * h.y[i]
    }
    var q = h.divergence
    for i in q.indices { q[i] = -q[i] }
    transform.filter(&q, by: inverse)
    field.setGradient(of: q)
    for i in q.indices {
      field.x[i] = (h.x[i] - r5 * field.x[i]) / r4
      field.y[i] = (h.y[i] - r5 * field.y[i]) / r4
    }
  }

  /// `m = t / max(1, |t|)`, `t = n + A + gam p / r4`; then A takes up the difference.
  private mutating func project(_ p: VectorField) {
    for i in field.x.indices {
      // gam / r4 is 1: r4 is chosen equal to gam.
      let tx = field.x[i] + multiplier.x[i] + p.x[i]
      let ty = field.y[i] + multiplier.y[i] + p.y[i]
      let scale = 1 / max(1, (tx * tx + ty * ty).squareRoot())
      (m.x[i], m.y[i]) = (tx * scale, ty * scale)
      multiplier.x[i] += field.x[i] - m.x[i]
      multiplier.y[i] += field.y[i] - m.y[i]
    }
  }

  private mutating func updateCurvature(_ lengths: [Float], _ r5: Float) {
    let curvature = field.divergence
    for i in s.indices {
      s[i] = r5 * (curvature[i] - curvatureMultiplier[i]) / (r5 + 2 * beta * lengths[i])
      curvatureMultiplier[i] += s[i] - curvature[i]
    }
  }
}
