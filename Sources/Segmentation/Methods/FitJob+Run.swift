import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

extension FitJob {
  /// Fits an untrained DIP Net to each of `cases` (in the order of `inputs`): model (4) with u the
  /// network's output.
  ///
  /// The networks of several cases are equal at the start and computed as grouped convolutions,
  /// which fills a GPU better than one network. The loss is the sum of the networks' losses, so
  /// each network takes the steps that it would take alone. The limited number of epochs keeps the
  /// masks regular, and the result is the running mean of the outputs, as in Ulyanov et al. 2018.
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
    guard cases.count == 1 || training.stopping == nil else {
      throw DipperError(
        .jobInvalid, "a fit of \(cases.count) images cannot have a rule that stops it")
    }
    let device = try device.networkDevice()
    let objective = try DeepImagePriorObjective(
      prior: DIPNet(
        prior.network, copies: cases.count, weights: InitialWeights(seed: seed), on: device),
      noise: NoiseInput(
        count: 1, prior: prior, size: basis.preparation.size, seed: seed, on: device),
      batch: CaseBatch(cases, geometric: .markers, on: device),
      averaging: outputAveraging, precision: precision.ofNetworks)
    let (metrics, curve) = try Trainer(objective, job: id, training: training, on: device)
      .run(from: checkpoint, now: now, emit: emit)
    let masks = try masks(of: cases, from: objective.average.floats())
    let duration = (now() - start) / cases.count
    return JobProducts(
      products: masks.enumerated().map { index, bytes in
        JobProduct(role: .mask(case: index), bytes: bytes, duration: duration)
      } + [JobProduct(curve)],
      metrics: metrics)
  }

  /// Encodes the masks as PNG; `outputs` are the pixels of all cases, `(N, 1, size, size)`.
  private func masks(of cases: [PreparedCase], from outputs: [Float]) throws -> [Data] {
    let size = cases[0].image.width
    return try cases.enumerated().map { index, prepared in
      let pixels = Array(outputs[index * size * size..<(index + 1) * size * size])
      return try prepared.mask(from: Image(width: size, height: size, pixels: pixels)).encodedPNG()
    }
  }
}
