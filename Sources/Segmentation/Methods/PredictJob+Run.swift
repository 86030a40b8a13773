import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

extension PredictJob {
  /// Predicts a mask of each of `cases` (in the order of `inputs`) by a trained VM Net.
  ///
  /// - Parameters:
  ///   - weights: The safetensors file of the `train` job.
  ///   - now: The present time on a monotonic clock.
  ///   - emit: Receives a report after every case; its answer is obeyed before the next case.
  /// - Throws: `DipperError` of the domain `segmentation`, or an error of `emit`.
  func run(
    on cases: [PreparedCase], weights: Data, now: () -> Duration,
    emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    let device = try device.networkDevice()
    let expected = GeometricInput(geometry, energy: basis.energy)
    let model = try VMWeights.decode(weights, expecting: expected, on: device)
    var products: [JobProduct] = []
    for (index, prepared) in cases.enumerated() {
      let start = now()
      let u = try model.network.predict(
        prepared, geometric: model.geometric, by: normalisation, on: device)
      let bytes = try prepared.mask(from: u).encodedPNG()
      products.append(
        JobProduct(role: .mask(case: index), bytes: bytes, duration: now() - start))
      let progress = JobProgress(step: index + 1, total: cases.count, metrics: [:])
      guard try emit(.progress(progress)) == .proceed else {
        throw DipperError(.jobStopped, "stopped after case \(index + 1)")
      }
    }
    return JobProducts(products: products, metrics: ["cases": Double(cases.count)])
  }
}
