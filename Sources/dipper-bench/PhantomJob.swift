import Foundation
import Imaging
import Jobs
import Methods

/// A training or a fit on phantoms with the default networks.
struct PhantomJob {
  let job: Job
  /// The bytes of the job's images and markers by digest.
  let inputs: [Digest: Data]

  /// - Parameters:
  ///   - size: rows and columns of the computing grid.
  ///   - device: nil for the processor.
  ///   - fits: number of images that one fit computes side by side.
  init(
    _ method: Method, size: Int, epochs: Int, precision: TrainingPrecision = .float32,
    device: CUDADevice? = nil, fits: Int = 1
  ) throws {
    let isFit = method == .deepImagePrior
    var inputs: [Digest: Data] = [:]
    let cases = try (1...(isFit ? fits : 2)).map { seed in
      let phantom = try Phantom.chest(size: size, noise: 0.03, seed: UInt64(seed))
      let image = try phantom.image.encodedNIfTI(compressed: false)
      let markers = phantom.markers.encoded()
      let input = CaseInput(image: Digest(of: image), markers: Digest(of: markers))
      inputs[input.image] = image
      inputs[input.markers] = markers
      return input
    }
    self.inputs = inputs
    var basis = JobBasis(method: method)
    basis.preparation.size = size
    var training = TrainingParameters()
    training.epochs = epochs
    training.checkpointEvery = epochs
    job =
      isFit
      ? .fit(
        FitJob(
          basis: basis, inputs: cases, seed: 1, prior: DeepImagePrior(), training: training,
          outputAveraging: 0.99, precision: precision, device: device))
      : .train(
        TrainJob(
          basis: basis, inputs: cases, seed: 1, network: VMNetParameters(),
          geometry: method == .m4 ? .distance : .markers, loss: Self.loss(of: method),
          training: training, precision: precision, device: device))
  }

  private static func loss(of method: Method) -> TrainingLoss {
    switch method {
    case .m1: .regularised(EdgeWeightedVariation())
    case .m2: .unregularised
    default: .assisted(DeepImagePrior(), similarity: 0.5)
    }
  }
}

extension Job {
  /// Returns one of many jobs that differ only in their number and compute nothing.
  static func blank(_ number: Int) -> Job {
    .fit(
      FitJob(
        basis: JobBasis(method: .deepImagePrior), inputs: [], seed: UInt64(number),
        prior: DeepImagePrior(), training: TrainingParameters(), outputAveraging: 0))
  }
}
