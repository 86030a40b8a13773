import Foundation
import Imaging
import Jobs
import Segmentation
import Testing

/// A job of small networks on drawn chests, twelve steps long, and the bytes that it names.
func smallJob(_ method: Method, _ kind: JobKind, cases: Int = 2) throws -> (Job, JobBlobs) {
  var blobs = JobBlobs(inputs: [:])
  let inputs = try (0..<cases).map { index in
    let phantom = try Phantom.chest(size: 64, noise: 0.02, seed: UInt64(index + 1))
    var image = phantom.image
    image.pixels = image.pixels.map { $0 * 255 }
    let (bytes, markers) = (try image.encodedPNG(), phantom.markers.encoded())
    let input = CaseInput(image: Digest(of: bytes), markers: Digest(of: markers))
    (blobs.inputs[input.image], blobs.inputs[input.markers]) = (bytes, markers)
    return input
  }
  var preparation = Preparation()
  preparation.size = 32
  var job = Job(
    kind: kind, method: method, seed: 5, preparation: preparation, energy: EnergyParameters(),
    numerics: Numerics(), inputs: inputs)
  var network = NetworkParameters()
  (network.vmWidth, network.dipWidth, network.noiseChannels) = (4, 8, 4)
  network.dipDepth = 3
  var training = TrainingParameters()
  (training.epochs, training.checkpointEvery) = (12, 5)
  (job.network, job.training, job.normalisation) = (network, training, .image)
  return (job, blobs)
}

/// Runs a job to its end, on a clock that stands still.
func run(
  _ job: Job, _ blobs: JobBlobs, from checkpoint: Data? = nil,
  emit: (JobEvent) throws -> Control = { _ in .proceed }
) throws -> JobProducts {
  try SegmentationCore.run(job, blobs: blobs, from: checkpoint, now: { 0 }, emit: emit)
}

/// Expects a job to give the same bits from its first checkpoint on as undisturbed; that checkpoint.
func resumeFromFirstCheckpoint(_ job: Job, _ blobs: JobBlobs) throws -> Data {
  var first: Data?
  let undisturbed = try run(job, blobs) { event in
    if case .checkpoint(_, let encoded) = event, first == nil { first = encoded() }
    return .proceed
  }
  let checkpoint = try #require(first)
  let resumed = try run(job, blobs, from: checkpoint)
  #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
  #expect(resumed.metrics == undisturbed.metrics)
  return checkpoint
}
