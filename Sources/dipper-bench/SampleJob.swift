import Foundation
import Imaging
import Jobs
import Methods

/// A training or a fit on phantoms with the networks of the defaults.
struct SampleJob {
  let job: Job
  /// The bytes of its images and markers.
  let inputs: [Digest: Data]

  /// - Parameters: `size`: of the computing grid, in pixels; `precision`: nil is the default policy;
  ///   `device`: nil is the processor; `fits`: images of a fit.
  init(
    _ method: Method, size: Int, epochs: Int, precision: TrainingPrecision?,
    device: CUDADevice? = nil, fits: Int = 1
  ) throws {
    let isFit = method == .deepImagePrior
    var inputs: [Digest: Data] = [:]
    let cases = try (1...(isFit ? fits : 2)).map { seed in
      let phantom = try Phantom.chest(size: size, noise: 0.03, seed: UInt64(seed))
      let (image, markers) = (
        try phantom.image.encodedNIfTI(compressed: false), phantom.markers.encoded()
      )
      let input = CaseInput(image: Digest(of: image), markers: Digest(of: markers))
      (inputs[input.image], inputs[input.markers]) = (image, markers)
      return input
    }
    var basis = JobBasis(method: method)
    basis.preparation.size = size
    var training = TrainingParameters()
    training.epochs = epochs
    training.checkpointEvery = epochs
    let precision = precision ?? .float32
    if isFit {
      job = .fit(
        FitJob(
          basis: basis, inputs: cases, seed: 1, prior: DeepImagePrior(), training: training,
          outputAveraging: 0.99, precision: precision, device: device))
    } else {
      job = .train(
        TrainJob(
          basis: basis, inputs: cases, seed: 1, network: VMNetParameters(),
          geometry: method == .m4 ? .distance : .markers, loss: Self.loss(of: method),
          training: training, precision: precision, device: device))
    }
    self.inputs = inputs
  }

  private static func loss(of method: Method) -> TrainingLoss {
    switch method {
    case .m1: .regularised(EdgeWeightedVariation())
    case .m2: .unregularised
    default: .assisted(DeepImagePrior(), similarity: 0.5)
    }
  }
}
