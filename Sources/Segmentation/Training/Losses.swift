import Torch

// Integrals are means over pixels and sums over cases, equation (42). The common factor has no
// effect on Adam, and the weights of the terms have the same meaning at every size.

/// Returns the data term `sum_j INT r u` of equations (2), (3) and (46), with r of equation (5).
///
/// - Parameters:
///   - u: output `(N, 1, H, W)` of a network, or a product of outputs.
///   - batch: cases of the output, in the same order.
func dataTermLoss(of u: Tensor, in batch: CaseBatch) throws -> Tensor {
  try (batch.dataTerm * u).mean().affine(scale: Double(batch.count))  // equation (42)
}

/// Returns the regulariser `sum_j mu INT g |grad u|` of equation (3).
///
/// The differences are forward ones, zero across the last column and row. The length is smoothed,
/// so that it is differentiable where u is flat.
func edgeWeightedVariation(of u: Tensor, in batch: CaseBatch, mu: Double) throws -> Tensor {
  let across = try forwardDifference(u, axis: 3)
  let down = try forwardDifference(u, axis: 2)
  // equation (45)
  let length = try (across * across + down * down).affine(scale: 1, shift: 1e-8).squareRoot()
  return try (batch.edge * length).mean().affine(scale: mu * Double(batch.count))
}

/// Returns the similarity `sum_j weight INT (u_DIP - u_VM)^2` of equation (2); the paper's weight
/// is 1/2.
///
/// - Parameters:
///   - one: first output, `(N, 1, H, W)`.
///   - other: second output, `(N, 1, H, W)`.
///   - weight: weight of the term, >= 0.
///   - count: number N of cases.
func similarityLoss(
  of one: Tensor, and other: Tensor, weight: Double, count: Int
) throws -> Tensor {
  let difference = try one - other
  // equation (44)
  return try (difference * difference).mean().affine(scale: weight * Double(count))
}

private func forwardDifference(_ u: Tensor, axis: Int) throws -> Tensor {
  let length = try u.shape()[axis]
  let rest = try u.narrowed(axis: axis, from: 1, length: length - 1)
  let last = try u.narrowed(axis: axis, from: length - 1, length: 1)
  return try Tensor.concatenate([rest, last], axis: axis) - u
}
