import Jobs
import Torch

/// What a trainer makes small: networks and their loss at an epoch.
package protocol Objective {
  /// All that is learnt.
  var parameters: [NamedTensor] { get }
  /// All else that a checkpoint must hold.
  var buffers: [NamedTensor] { get }
  /// The smallest value that the data term can take: a gauge for progress.
  var lowestEnergy: Double { get }
  /// Readies what differs from one epoch (from 0) to the next.
  func prepare(epoch: Int) throws
  /// Does ahead what `prepare` can do without the device.
  func foresee(epoch: Int)
  /// A tensor of the output's shape, on its device.
  func outputLike() throws -> Tensor
  /// What the result is read from in the end.
  var result: [NamedTensor] { get }
  /// The loss at the prepared epoch, a scalar to differentiate, its data term, and the output, `(N, 1, H,
  /// W)`. From epoch 1 on it is the same operations on the same tensors.
  func loss() throws -> ObjectiveValues
}

/// What an objective comes to at an epoch.
package struct ObjectiveValues {
  package let total: Tensor
  package let dataTerm: Tensor
  package let output: Tensor
}

/// Loss (3) on the VM Net alone: M1, and with mu = 0 M2.
package struct VariationalObjective: Objective {
  private let network: VMNet
  private let batch: CaseBatch
  private let mu: Double
  private let precision: Precision

  package init(network: VMNet, batch: CaseBatch, mu: Double, precision: Precision = .float32) {
    (self.network, self.batch, self.mu, self.precision) = (network, batch, mu, precision)
  }

  package var parameters: [NamedTensor] { network.parameters }
  package var buffers: [NamedTensor] { network.buffers }
  package var lowestEnergy: Double { batch.lowestEnergy }

  package func prepare(epoch: Int) {}
  package func foresee(epoch: Int) {}

  package func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  package var result: [NamedTensor] { network.parameters + network.buffers }

  package func loss() throws -> ObjectiveValues {
    let u = try network(batch.input, mode: .batch, precision: precision)
    let energy = try dataTermLoss(u, batch)
    let total = mu > 0 ? try energy + edgeWeightedVariation(u, batch, mu: mu) : energy  // (3)
    return ObjectiveValues(total: total, dataTerm: energy, output: u)
  }
}

/// Loss (2) on the VM Net and the DIP Net: M3 and M4.
package struct CombinedObjective: Objective {
  private let network: VMNet
  private let prior: DIPNet
  private let noise: NoiseInput
  private let batch: CaseBatch
  private let similarity: Double
  private let precision: Precision

  package init(
    network: VMNet, prior: DIPNet, noise: NoiseInput, batch: CaseBatch, similarity: Double,
    precision: Precision = .float32
  ) {
    (self.network, self.prior, self.noise) = (network, prior, noise)
    (self.batch, self.similarity, self.precision) = (batch, similarity, precision)
  }

  package var parameters: [NamedTensor] {
    prefixed("vm.", network.parameters, "dip.", prior.parameters)
  }
  package var buffers: [NamedTensor] {
    prefixed("vm.", network.buffers, "dip.", prior.buffers)
  }
  package var lowestEnergy: Double { batch.lowestEnergy }

  package func prepare(epoch: Int) throws { try noise.prepare(epoch: epoch) }
  package func foresee(epoch: Int) { noise.foresee(epoch: epoch) }

  package func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  package var result: [NamedTensor] { network.parameters + network.buffers }

  package func loss() throws -> ObjectiveValues {
    // The last forth is the first back: the arrays of the smaller network need not wait for those of the
    // larger one.
    let fromNoise = try prior(noise.tensor, precision: precision)
    let fromImage = try network(batch.input, mode: .batch, precision: precision)
    // The Hadamard product u = u_VM u_DIP of Figure 2.
    let energy = try dataTermLoss(fromImage * fromNoise, batch)
    let likeness = try similarityLoss(
      fromNoise, fromImage, weight: similarity, count: batch.count)
    return ObjectiveValues(
      total: try energy + likeness, dataTerm: energy, output: fromImage)  // (2)
  }
}

/// Model (4) parametrised by an untrained network: the DIP-like method.
final class DeepImagePriorObjective: Objective {
  private let prior: DIPNet
  private let noise: NoiseInput
  private let batch: CaseBatch
  private let averaging: Double
  private let precision: Precision
  /// Of the prepared epoch's output in the running mean.
  private var weight = 1.0
  /// The running mean of the outputs, `(N, 1, H, W)`: the result.
  let average: Tensor

  init(
    prior: DIPNet, noise: NoiseInput, batch: CaseBatch, averaging: Double, precision: Precision
  ) throws {
    (self.prior, self.noise, self.batch) = (prior, noise, batch)
    (self.averaging, self.precision) = (averaging, precision)
    average = try withoutGradient { try batch.dataTerm.affine(scale: 0) }
  }

  var parameters: [NamedTensor] { prior.parameters }
  var buffers: [NamedTensor] {
    prior.buffers + [NamedTensor(name: "average", tensor: average)]
  }
  var lowestEnergy: Double { batch.lowestEnergy }

  func prepare(epoch: Int) throws {
    weight = epoch == 0 ? 1 : 1 - averaging
    try noise.prepare(epoch: epoch)
  }

  func foresee(epoch: Int) { noise.foresee(epoch: epoch) }

  func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  var result: [NamedTensor] { [NamedTensor(name: "average", tensor: average)] }

  func loss() throws -> ObjectiveValues {
    let u = try prior(noise.tensor, precision: precision)
    try average.interpolate(towards: u, weight: weight)
    let energy = try dataTermLoss(u, batch)  // (4) without R
    return ObjectiveValues(total: energy, dataTerm: energy, output: u)
  }
}

private func prefixed(
  _ first: String, _ one: [NamedTensor], _ second: String, _ other: [NamedTensor]
) -> [NamedTensor] {
  one.map { NamedTensor(name: first + $0.name, tensor: $0.tensor) }
    + other.map { NamedTensor(name: second + $0.name, tensor: $0.tensor) }
}
