import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// M1 to M4: a VM Net that is trained on a few images and then predicts others by itself.
///
/// The four differ in what G is, in the loss, and in whether a DIP Net stands beside the VM Net
/// during training (paper, section 4).
struct TrainedMethod: SegmentationMethod {
  /// What the network is trained by.
  enum Loss: Hashable, Sendable {
    /// (3): data term and edge-weighted total variation.
    case regularised
    /// (3) with mu = 0.
    case unregularised
    /// (2): data term of the Hadamard product, and similarity.
    case assisted
  }

  let geometric: GeometricInput
  let loss: Loss

  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    switch job.kind {
    case .train:
      try train(job, on: cases, from: checkpoint, now: now, emit: emit)
    case .predict:
      try predict(job, on: cases, weights: weights, now: now, emit: emit)
    case .fit, .solve:
      throw DipperError(
        .jobInvalid,
        "\(job.method.rawValue) is trained and predicts; it has no \(job.kind.rawValue) job")
    }
  }

  private func train(
    _ job: Job, on cases: [PreparedCase], from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let start = now()
    let (network, training) = try (
      required(job.network, "network"), required(job.training, "training")
    )
    let device = try job.numerics.networkDevice()
    let initial = InitialWeights(seed: job.seed)
    let vm = try VMNet(network, initial, on: device)
    let geometric = geometric.isDistance ? GeometricInput(distanceOf: job) : geometric
    let batch = try CaseBatch(cases, geometric: geometric, on: device)
    let precision = job.numerics.trainingPrecision
    let objective: any Objective
    switch loss {
    case .regularised:
      objective = VariationalObjective(
        network: vm, batch: batch, mu: job.energy.mu, precision: precision)
    case .unregularised:
      objective = VariationalObjective(network: vm, batch: batch, mu: 0, precision: precision)
    case .assisted:
      objective = CombinedObjective(
        network: vm, prior: try DIPNet(network, initial, on: device),
        noise: try NoiseInput(
          count: cases.count, channels: network.noiseChannels, size: job.preparation.size,
          training: training, seed: job.seed, on: device),
        batch: batch, similarity: training.similarity, precision: precision)
    }
    let (metrics, curve) = try Trainer(objective, job: job.id, training: training, on: device)
      .run(from: checkpoint, now: now, emit: emit)
    let bytes = try VMWeights.encode(vm, network: network, geometric: geometric, of: job)
    return JobProducts(
      products: [
        JobProduct(role: .weights, bytes: bytes, seconds: now() - start), JobProduct(curve),
      ],
      metrics: metrics)
  }

  private func predict(
    _ job: Job, on cases: [PreparedCase], weights: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let device = try job.numerics.networkDevice()
    let (network, geometric) = try VMWeights.decode(
      required(weights, "weights"), expecting: geometric, on: device)
    let rule = try required(job.normalisation, "normalisation")
    var products: [JobProduct] = []
    for (index, prepared) in cases.enumerated() {
      let start = now()
      let mask = try prepared.mask(
        from: network.predict(prepared, geometric, by: rule, on: device))
      products.append(
        JobProduct(
          role: .mask(case: index), bytes: try mask.encodedPNG(), seconds: now() - start))
      let progress = JobProgress(step: index + 1, total: cases.count, metrics: [:])
      guard try emit(.progress(progress)) == .proceed else {
        throw DipperError(.jobStopped, "stopped after case \(index + 1)")
      }
    }
    return JobProducts(products: products, metrics: ["cases": Double(cases.count)])
  }
}

/// A job's parameter that its kind cannot do without.
///
/// - Throws: `DipperError` of code `jobInvalid` that names it.
func required<Value>(_ value: Value?, _ name: String) throws -> Value {
  guard let value else { throw DipperError(.jobInvalid, "the job has no \(name)") }
  return value
}
