import Errors
import Foundation
import Jobs
import Methods
import Segmentation
import Testing
import Torch

/// Runs jobs for a GPU: without one they are refused; with one they are as reproducible as on the
/// processor, and equal to it up to rounding.
@Suite(.serialized) struct DeviceTests {
  private static let hasGPU = (try? TorchRuntime.cudaDevices()) != nil
  private static let networks = [
    (Method.m1, JobKind.train), (.m3, .train), (.deepImagePrior, .fit),
  ]

  /// Makes a small job for a device; a fit has two images, side by side.
  private func job(
    _ method: Method, kind: JobKind, on device: String,
    in precision: TrainingPrecision = .float32
  ) throws -> (SmallJob, JobBlobs) {
    var (job, blobs) = try smallJob(method, kind: kind)
    job.device = CUDADevice(device)
    job.precision = precision
    return (job, blobs)
  }

  @Test("a job for a missing GPU is refused", arguments: networks + [(.m1, .predict)])
  func missingGPUIsRefused(method: Method, kind: JobKind) throws {
    var (job, blobs) = try job(method, kind: kind, on: "cuda:127")
    // The device is checked before the weights are read.
    blobs.weights = Data()
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs) }
    #expect(error?.code == .deviceUnavailable)
    let message = error?.description ?? ""
    #expect(message.hasPrefix("no CUDA device: "), "\(message)")
    #expect(message.contains("take numerics.device out of the configuration"))
  }

  @Test("the fingerprint names GPUs if there are any")
  func fingerprintNamesGPUs() throws {
    #expect(try (NumericsFingerprint.entries()["cuda"] != nil) == Self.hasGPU)
  }

  @Test(
    "a resumed job gives the bits of an undisturbed one on a GPU",
    .enabled(if: hasGPU, "no CUDA device"), arguments: networks, TrainingPrecision.allCases)
  func resumesOnGPU(
    what: (method: Method, kind: JobKind), precision: TrainingPrecision
  ) throws {
    let (job, blobs) = try job(what.method, kind: what.kind, on: "cuda", in: precision)
    _ = try resumeFromFirstCheckpoint(job, with: blobs)
  }

  /// The rounding of tfloat32 and bfloat16 can be compared in the first losses only: Adam divides
  /// small gradients by small ones, so trainings diverge after some steps.
  @Test(
    "a GPU computes what the processor does, up to rounding",
    .enabled(if: hasGPU, "no CUDA device"), arguments: networks,
    [(TrainingPrecision.float32, 1e-3), (.tensorFloat32, 0.01), (.bfloat16, 0.05)])
  func gpuAgreesWithProcessor(
    what: (method: Method, kind: JobKind), rounding: (precision: TrainingPrecision, share: Double)
  ) throws {
    let losses = try ["cpu", "cuda"].map { device in
      var losses: [Double] = []
      let precision = device == "cpu" ? .float32 : rounding.precision
      let (job, blobs) = try job(what.method, kind: what.kind, on: device, in: precision)
      _ = try run(job, with: blobs) { event in
        if case .progress(let progress) = event { losses.append(progress.metrics["loss"]!) }
        return .proceed
      }
      return losses
    }
    for (one, other) in zip(losses[0], losses[1]).prefix(rounding.precision == .float32 ? 12 : 3) {
      #expect(abs(one - other) < rounding.share * abs(one), "\(losses)")
    }
  }

  /// The GPU rounds the factors of products, so the bits must differ from those of float32.
  @Test("tfloat32 gives other bits than float32", .enabled(if: hasGPU, "no CUDA device"))
  func tfloat32Differs() throws {
    let losses = try [TrainingPrecision.float32, .tensorFloat32].map { precision in
      let (job, blobs) = try job(.m3, kind: .train, on: "cuda", in: precision)
      return try #require(try run(job, with: blobs).metrics["loss"])
    }
    #expect(losses[0] != losses[1])
  }

  @Test("a GPU without enough memory is reported", .enabled(if: hasGPU, "no CUDA device"))
  func fullGPUIsReported() throws {
    var (job, blobs) = try job(.m1, kind: .train, on: "cuda")
    job.vmNet.width = 64
    job.preparation.size = 4096
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs) }
    #expect(error?.code == .deviceUnavailable)
    let message = error?.description ?? ""
    #expect(message.hasPrefix("the GPU has not enough memory for M1"), "\(message)")
  }

  @Test(
    "weights trained on a GPU predict on the processor and on the GPU",
    .enabled(if: hasGPU, "no CUDA device"))
  func gpuWeightsPredictAnywhere() throws {
    let (training, blobs) = try job(.m1, kind: .train, on: "cuda")
    let weights = try run(training, with: blobs).products[0].bytes
    for device in ["cpu", "cuda"] {
      let (prediction, blobs) = try job(.m1, kind: .predict, on: device)
      var withWeights = blobs
      withWeights.weights = weights
      #expect(try run(prediction, with: withWeights).products.count == 2)
    }
  }
}
