import Imaging
import Torch
import Variational

/// The cases of a job as tensors `(N, channels, size, size)`.
package struct CaseBatch {
  /// f and G, two channels.
  package let input: Tensor
  /// r = lambda Phi + theta D_G, one channel.
  package let dataTerm: Tensor
  /// g, one channel.
  package let edge: Tensor
  /// N.
  package let count: Int
  /// Sum over cases of the mean of min(r, 0): no u in [0, 1] has a smaller data term.
  package let lowestEnergy: Double

  package init(_ cases: [PreparedCase], geometric: GeometricInput, on device: Device) throws {
    let size = cases[0].image.width
    func tensor(_ channels: Int, _ values: (PreparedCase) -> [Float]) throws -> Tensor {
      try Tensor.from(
        cases.flatMap(values), shape: [cases.count, channels, size, size], on: device)
    }
    input = try tensor(2) { $0.image.pixels + geometric.values(of: $0) }
    dataTerm = try tensor(1) { $0.dataTerm.pixels }
    edge = try tensor(1) { $0.edge.pixels }
    count = cases.count
    lowestEnergy = cases.reduce(0) { sum, prepared in
      let lowest = prepared.dataTerm.pixels.reduce(0.0) { $0 + Double(min($1, 0)) }
      return sum + lowest / Double(size * size)
    }
  }
}
