import Foundation
import Imaging
import Jobs
import Methods
import Segmentation
import Testing

/// The parameters of a job of small networks on drawn chests, twelve steps long, to be changed one
/// by one.
struct SmallJob {
  var method: Jobs.Method
  var kind: JobKind
  var inputs: [CaseInput]
  var seed: UInt64 = 5
  var preparation = Preparation()
  var energy = EnergyParameters()
  var vmNet = VMNetParameters()
  var prior = DeepImagePrior()
  /// Geometric information, if it is not that of the method.
  var geometry: GeometryInput?
  var training = TrainingParameters()
  var normalisation = PredictionNormalisation.image
  var precision = TrainingPrecision.float32
  var device: CUDADevice?

  init(_ method: Jobs.Method, kind: JobKind, inputs: [CaseInput]) {
    self.method = method
    self.kind = kind
    self.inputs = inputs
    preparation.size = 32
    vmNet.width = 4
    prior.network.width = 8
    prior.network.noiseChannels = 4
    prior.network.depth = 3
    training.epochs = 12
    training.checkpointEvery = 5
  }

  /// The job, which takes those parameters that its kind has.
  var job: Job {
    let basis = JobBasis(method: method, preparation: preparation, energy: energy)
    let geometry = geometry ?? (method == .m4 ? .distance : .markers)
    switch kind {
    case .train:
      return .train(
        TrainJob(
          basis: basis, inputs: inputs, seed: seed, network: vmNet, geometry: geometry, loss: loss,
          training: training, precision: precision, device: device))
    case .predict:
      return .predict(
        PredictJob(
          basis: basis, inputs: inputs, weights: JobID(digest: Digest(of: Data())),
          geometry: geometry, normalisation: normalisation, device: device))
    case .fit:
      return .fit(
        FitJob(
          basis: basis, inputs: inputs, seed: seed, prior: prior, training: training,
          outputAveraging: 0.99, precision: precision, device: device))
    case .solve:
      return .solve(
        SolveJob(
          basis: basis, input: inputs[0],
          parameters: MethodCatalogue[method]?.solver?.defaultNumbers ?? []))
    }
  }

  private var loss: TrainingLoss {
    switch method {
    case .m1: .regularised(EdgeWeightedVariation())
    case .m2: .unregularised
    default: .assisted(prior, similarity: 0.5)
    }
  }
}

/// Makes a small job and the files that it names.
func smallJob(
  _ method: Jobs.Method, kind: JobKind, cases: Int = 2
) throws -> (SmallJob, JobBlobs) {
  var blobs = JobBlobs(inputs: [:])
  let inputs = try (0..<cases).map { index in
    let phantom = try Phantom.chest(size: 64, noise: 0.02, seed: UInt64(index + 1))
    var image = phantom.image
    image.pixels = image.pixels.map { $0 * 255 }
    let bytes = try image.encodedPNG()
    let markers = phantom.markers.encoded()
    let input = CaseInput(image: Digest(of: bytes), markers: Digest(of: markers))
    blobs.inputs[input.image] = bytes
    blobs.inputs[input.markers] = markers
    return input
  }
  return (SmallJob(method, kind: kind, inputs: inputs), blobs)
}

/// Runs a job to its end, on a clock that stands still.
func run(
  _ small: SmallJob, with blobs: JobBlobs, from checkpoint: Data? = nil,
  emit: (JobEvent) throws -> Control = { _ in .proceed }
) throws -> JobProducts {
  try SegmentationCore.run(small.job, blobs: blobs, from: checkpoint, now: { .zero }, emit: emit)
}

/// Expects a job that is resumed from its first checkpoint to give the bits of an undisturbed one,
/// and returns that checkpoint.
func resumeFromFirstCheckpoint(_ job: SmallJob, with blobs: JobBlobs) throws -> Data {
  var first: Data?
  let undisturbed = try run(job, with: blobs) { event in
    if case .checkpoint(_, let encoded) = event, first == nil { first = encoded() }
    return .proceed
  }
  let checkpoint = try #require(first)
  let resumed = try run(job, with: blobs, from: checkpoint)
  #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
  #expect(resumed.metrics == undisturbed.metrics)
  return checkpoint
}
