import Experiments
import Foundation
import Imaging
import Torch

/// The DIP-like method: model (4) with u the output of an untrained network, fitted to one image.
///
/// The early stop that keeps it regular is the job's number of epochs; its result is the running
/// mean of the outputs, as in Ulyanov et al. 2018.
struct DeepImagePriorMethod: SegmentationMethod {
  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    guard job.kind == .fit, cases.count == 1 else {
      throw SegmentationError(.job, "the DIP-like method fits one image at a time")
    }
    let start = now()
    let (network, training) = try (
      required(job.network, "network"), required(job.training, "training")
    )
    let device = try job.numerics.networkDevice()
    let objective = try DeepImagePriorObjective(
      prior: DIPNet(network, InitialWeights(seed: job.seed), on: device),
      noise: NoiseInput(
        count: 1, channels: network.noiseChannels, size: job.preparation.size,
        training: training, seed: job.seed, on: device),
      batch: CaseBatch(cases, geometric: .markers, on: device),
      averaging: training.outputAveraging, precision: job.numerics.trainingPrecision)
    let (metrics, curve) = try Trainer(objective, job: job.id, training: training, on: device)
      .run(from: checkpoint, now: now, emit: emit)
    let size = job.preparation.size
    let u = Image(width: size, height: size, pixels: try objective.average.floats())
    let mask = cases[0].mask(from: u)
    return JobProducts(
      products: [
        JobProduct(role: .mask(case: 0), bytes: try mask.encodedPNG(), seconds: now() - start),
        JobProduct(curve),
      ],
      metrics: metrics)
  }
}
