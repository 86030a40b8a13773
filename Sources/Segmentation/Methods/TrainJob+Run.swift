import Foundation
import Jobs
import Torch
import Variational

extension TrainJob {
  /// Trains a VM Net on `cases` (in the order of `inputs`), from the start or from a checkpoint.
  ///
  /// - Parameters:
  ///   - id: The name of the job, which is stored in its checkpoints.
  ///   - now: The present time on a monotonic clock.
  ///   - emit: Receives every event; its answer is obeyed before the next step.
  /// - Throws: `DipperError` of the domain `segmentation`, or an error of `emit`.
  func run(
    id: JobID, on cases: [PreparedCase], from checkpoint: Data?, now: () -> Duration,
    emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let start = now()
    let device = try device.networkDevice()
    let initial = InitialWeights(seed: seed)
    let vm = try VMNet(network, weights: initial, on: device)
    let geometric = GeometricInput(geometry, energy: basis.energy)
    let batch = try CaseBatch(cases, geometric: geometric, on: device)
    let objective = try objective(vm, batch: batch, initial: initial, on: device)
    let (metrics, curve) = try Trainer(objective, job: id, training: training, on: device)
      .run(from: checkpoint, now: now, emit: emit)
    let bytes = try VMWeights.encode(vm, geometric: geometric, of: self)
    return JobProducts(
      products: [
        JobProduct(role: .weights, bytes: bytes, duration: now() - start), JobProduct(curve),
      ],
      metrics: metrics)
  }

  private func objective(
    _ vm: VMNet, batch: CaseBatch, initial: InitialWeights, on device: Device
  ) throws -> any Objective {
    let precision = precision.ofNetworks
    switch loss {
    case .regularised(let variation):
      return VariationalObjective(
        network: vm, batch: batch, mu: variation.mu, precision: precision)
    case .unregularised:
      return VariationalObjective(network: vm, batch: batch, mu: 0, precision: precision)
    case .assisted(let prior, let similarity):
      return CombinedObjective(
        network: vm, prior: try DIPNet(prior.network, weights: initial, on: device),
        noise: try NoiseInput(
          count: batch.count, prior: prior, size: basis.preparation.size, seed: seed, on: device),
        batch: batch, similarity: similarity, precision: precision)
    }
  }
}
