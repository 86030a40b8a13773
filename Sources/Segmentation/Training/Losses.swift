import Torch

// Integrals are means over pixels and sums over cases: Adam does not see the common factor, and so
// the weights mean the same at every size.

/// The data term `sum_j INT (lambda Phi + theta D_G) u` of (2), (3) and (4).
func dataTermLoss(_ u: Tensor, _ batch: CaseBatch) throws -> Tensor {
  try (batch.dataTerm * u).mean().affine(scale: Double(batch.count))
}

/// The regulariser `sum_j mu INT g |grad u|` of (3): forward differences, zero beyond the border,
/// smoothed so that it is differentiable where u is flat.
func edgeWeightedVariation(_ u: Tensor, _ batch: CaseBatch, mu: Double) throws -> Tensor {
  let across = try forwardDifference(u, axis: 3)
  let down = try forwardDifference(u, axis: 2)
  let length = try (across * across + down * down).affine(scale: 1, shift: 1e-8).squareRoot()
  return try (batch.edge * length).mean().affine(scale: mu * Double(batch.count))
}

/// The similarity `sum_j weight INT (u_DIP - u_VM)^2` of (2); the paper's weight is 1/2.
func similarityLoss(_ one: Tensor, _ other: Tensor, weight: Double, count: Int) throws -> Tensor {
  let difference = try one - other
  return try (difference * difference).mean().affine(scale: weight * Double(count))
}

private func forwardDifference(_ u: Tensor, axis: Int) throws -> Tensor {
  let length = try u.shape()[axis]
  let rest = try u.narrowed(axis: axis, from: 1, length: length - 1)
  let last = try u.narrowed(axis: axis, from: length - 1, length: 1)
  return try Tensor.concatenate([rest, last], axis: axis) - u
}
