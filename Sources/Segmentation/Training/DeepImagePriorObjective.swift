import Torch

/// The loss of the DIP-like method, equation (46): the model (4) parametrised by an untrained
/// network.
final class DeepImagePriorObjective: Objective {
  private let prior: DIPNet
  private let noise: NoiseInput
  private let batch: CaseBatch
  private let averaging: Double
  private let precision: Precision
  /// Weight of the prepared epoch's output in the running mean.
  private var weight = 1.0
  /// Running mean of the outputs, `(N, 1, H, W)`, which is the result.
  let average: Tensor

  /// Makes the loss of a network on the cases of a job.
  ///
  /// - Parameters:
  ///   - prior: DIP Net with one copy per case.
  ///   - noise: input of the DIP Net, shared by all copies.
  ///   - batch: cases of the job.
  ///   - averaging: decay of the running mean of the outputs, in `[0, 1)`.
  ///   - precision: precision of the values between layers.
  init(
    prior: DIPNet, noise: NoiseInput, batch: CaseBatch, averaging: Double, precision: Precision
  ) throws {
    self.prior = prior
    self.noise = noise
    self.batch = batch
    self.averaging = averaging
    self.precision = precision
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

  func prefetch(epoch: Int) { noise.prefetch(epoch: epoch) }

  func outputLike() throws -> Tensor { try batch.dataTerm.cloned() }
  var result: [NamedTensor] { [NamedTensor(name: "average", tensor: average)] }

  func loss() throws -> ObjectiveValues {
    let u = try prior(noise.tensor, precision: precision)
    try average.interpolate(towards: u, weight: weight)  // equation (53)
    let energy = try dataTermLoss(of: u, in: batch)  // equation (46)
    return ObjectiveValues(total: energy, dataTerm: energy, output: u)
  }
}
