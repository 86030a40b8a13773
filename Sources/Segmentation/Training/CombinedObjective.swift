import Torch

/// The loss of equation (2) for the VM Net and the DIP Net: methods M3 and M4.
package struct CombinedObjective: Objective {
  private let network: VMNet
  private let prior: DIPNet
  private let noise: NoiseInput
  private let batch: CaseBatch
  private let similarity: Double
  private let precision: Precision

  /// Makes the loss of two networks on the cases of a job.
  ///
  /// - Parameters:
  ///   - network: VM Net, which also predicts.
  ///   - prior: DIP Net, which is needed only in training.
  ///   - noise: input of the DIP Net.
  ///   - batch: cases of the job.
  ///   - similarity: weight of the similarity, >= 0; the paper's is 1/2.
  ///   - precision: precision of the values between layers.
  package init(
    network: VMNet, prior: DIPNet, noise: NoiseInput, batch: CaseBatch, similarity: Double,
    precision: Precision = .float32
  ) {
    self.network = network
    self.prior = prior
    self.noise = noise
    self.batch = batch
    self.similarity = similarity
    self.precision = precision
  }

  package var parameters: [NamedTensor] {
    network.parameters.prefixed(by: "vm.") + prior.parameters.prefixed(by: "dip.")
  }
  package var buffers: [NamedTensor] {
    network.buffers.prefixed(by: "vm.") + prior.buffers.prefixed(by: "dip.")
  }
  package var lowestEnergy: Double { batch.lowestEnergy }

  package func prepare(epoch: Int) throws { try noise.prepare(epoch: epoch) }
  package func prefetch(epoch: Int) { noise.prefetch(epoch: epoch) }

  package func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  package var result: [NamedTensor] { network.parameters + network.buffers }

  package func loss() throws -> ObjectiveValues {
    // Autograd goes backwards: running the larger network first frees the smaller network's
    // activations before those of the larger one are needed.
    let fromNoise = try prior(noise.tensor, precision: precision)
    let fromImage = try network(batch.input, mode: .batch, precision: precision)
    let u = try fromImage * fromNoise  // equation (43)
    let energy = try dataTermLoss(of: u, in: batch)
    let likeness = try similarityLoss(
      of: fromNoise, and: fromImage, weight: similarity, count: batch.count)
    // equation (2)
    return ObjectiveValues(total: try energy + likeness, dataTerm: energy, output: fromImage)
  }
}

extension [NamedTensor] {
  fileprivate func prefixed(by prefix: String) -> [NamedTensor] {
    map { NamedTensor(name: prefix + $0.name, tensor: $0.tensor) }
  }
}
