import Torch

/// The loss of equation (3) for the VM Net alone: method M1, and with mu = 0 method M2.
package struct VariationalObjective: Objective {
  private let network: VMNet
  private let batch: CaseBatch
  private let mu: Double
  private let precision: Precision

  /// Makes the loss of a network on the cases of a job; `mu` >= 0 weighs the total variation.
  package init(network: VMNet, batch: CaseBatch, mu: Double, precision: Precision = .float32) {
    self.network = network
    self.batch = batch
    self.mu = mu
    self.precision = precision
  }

  package var parameters: [NamedTensor] { network.parameters }
  package var buffers: [NamedTensor] { network.buffers }
  package var lowestEnergy: Double { batch.lowestEnergy }

  package func prepare(epoch: Int) {}
  package func prefetch(epoch: Int) {}

  package func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  package var result: [NamedTensor] { network.parameters + network.buffers }

  package func loss() throws -> ObjectiveValues {
    let u = try network(batch.input, mode: .batch, precision: precision)
    let energy = try dataTermLoss(of: u, in: batch)
    // equation (3)
    let total = mu > 0 ? try energy + edgeWeightedVariation(of: u, in: batch, mu: mu) : energy
    return ObjectiveValues(total: total, dataTerm: energy, output: u)
  }
}
