import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// The DIP-like method: model (4) with u the output of an untrained network, fitted to one image.
///
/// A job may have several images: their networks, equal at the start, are then one of grouped
/// convolutions, which fills a GPU better than each by itself. The loss is the sum of theirs, so that
/// each takes the steps that it would take alone.
///
/// The early stop that keeps it regular is the job's number of epochs; its result is the running
/// mean of the outputs, as in Ulyanov et al. 2018.
struct DeepImagePriorMethod: SegmentationMethod {
  func run(
    _ job: Job, on cases: [PreparedCase], weights: Data?, from checkpoint: Data?,
    now: () -> Double, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    guard job.kind == .fit else {
      throw DipperError(.jobInvalid, "the DIP-like method has no \(job.kind.rawValue) job")
    }
    let start = now()
    let (network, training) = try (
      required(job.network, "network"), required(job.training, "training")
    )
    guard cases.count == 1 || training.stopping == nil else {
      throw DipperError(.jobInvalid, "with a rule that stops it, a fit is of one image")
    }
    let device = try job.numerics.networkDevice()
    let objective = try DeepImagePriorObjective(
      prior: DIPNet(network, copies: cases.count, InitialWeights(seed: job.seed), on: device),
      noise: NoiseInput(
        count: 1, channels: network.noiseChannels, size: job.preparation.size,
        training: training, seed: job.seed, on: device),
      batch: CaseBatch(cases, geometric: .markers, on: device),
      averaging: training.outputAveraging, precision: job.numerics.trainingPrecision)
    let (metrics, curve) = try Trainer(objective, job: job.id, training: training, on: device)
      .run(from: checkpoint, now: now, emit: emit)
    let masks = try masks(of: cases, from: objective.average.floats())
    let seconds = (now() - start) / Double(cases.count)
    return JobProducts(
      products: masks.enumerated().map { index, bytes in
        JobProduct(role: .mask(case: index), bytes: bytes, seconds: seconds)
      } + [JobProduct(curve)],
      metrics: metrics)
  }

  /// The masks as PNG; `outputs` are all pixels of all cases.
  private func masks(of cases: [PreparedCase], from outputs: [Float]) throws -> [Data] {
    let size = cases[0].image.width
    return try cases.enumerated().map { index, prepared in
      let pixels = Array(outputs[index * size * size..<(index + 1) * size * size])
      return try prepared.mask(from: Image(width: size, height: size, pixels: pixels)).encodedPNG()
    }
  }
}
