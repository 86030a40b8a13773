import Foundation
import Imaging
import Jobs

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
    var (preparation, numerics, training) = (Preparation(), Numerics(), TrainingParameters())
    (preparation.size, numerics.precision) = (size, precision)
    numerics.device = device
    (training.epochs, training.checkpointEvery) = (epochs, epochs)
    var job = Job(
      kind: isFit ? .fit : .train, method: method, seed: 1, preparation: preparation,
      energy: EnergyParameters(), numerics: numerics, inputs: cases)
    (job.network, job.training) = (NetworkParameters(), training)
    (self.job, self.inputs) = (job, inputs)
  }
}
