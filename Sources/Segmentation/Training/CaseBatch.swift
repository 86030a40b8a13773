import Imaging
import Torch
import Variational

/// The cases of a job as tensors, N cases of `H x W` pixels.
package struct CaseBatch {
  /// Image f and geometric information G, `(N, 2, H, W)`.
  package let input: Tensor
  /// Data term `r = lambda Phi + theta D_G`, `(N, 1, H, W)`.
  package let dataTerm: Tensor
  /// Edge detector g, `(N, 1, H, W)`.
  package let edge: Tensor
  /// Number N of cases.
  package let count: Int
  /// Lower bound of the data term over all u in `[0, 1]`, equation (7): the sum over cases of the
  /// mean of `min(r, 0)`.
  package let lowestEnergy: Double

  /// Copies prepared cases of one size to a device.
  package init(_ cases: [PreparedCase], geometric: GeometricInput, on device: Device) throws {
    let size = cases[0].image.width
    func tensor(channels: Int, values: (PreparedCase) -> [Float]) throws -> Tensor {
      try Tensor.from(
        cases.flatMap(values), shape: [cases.count, channels, size, size], on: device)
    }
    input = try tensor(channels: 2) { $0.image.pixels + geometric.values(of: $0) }
    dataTerm = try tensor(channels: 1) { $0.dataTerm.pixels }
    edge = try tensor(channels: 1) { $0.edge.pixels }
    count = cases.count
    // equation (7)
    lowestEnergy = cases.reduce(0) { sum, prepared in
      let lowest = prepared.dataTerm.pixels.reduce(0.0) { $0 + Double(min($1, 0)) }
      return sum + lowest / Double(size * size)
    }
  }
}
