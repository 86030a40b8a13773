import Errors
import Foundation
import Jobs
import Methods
import Segmentation
import Testing
import Torch

/// Jobs for a GPU: refused where there is none; where there is one, as reproducible as on the
/// processor and equal to it up to rounding.
@Suite(.serialized) struct DeviceTests {
  private static let hasGPU = (try? TorchRuntime.cudaDevices()) != nil
  private static let networks = [
    (Method.m1, JobKind.train), (.m3, .train), (.deepImagePrior, .fit),
  ]

  /// A fit is of two images, side by side.
  private func job(
    _ method: Method, _ kind: JobKind, on device: String,
    in precision: TrainingPrecision = .float32
  ) throws -> (SmallJob, JobBlobs) {
    var (job, blobs) = try smallJob(method, kind)
    job.device = CUDADevice(device)
    job.precision = precision
    return (job, blobs)
  }

  @Test(arguments: networks + [(.m1, .predict)])
  func aJobForAGPUThatIsMissingIsRefused(method: Method, kind: JobKind) throws {
    let (job, blobs) = try job(method, kind, on: "cuda:127")
    let error = #expect(throws: DipperError.self) { try run(job, blobs) }
    #expect(error?.code == .deviceUnavailable)
    let message = error?.description ?? ""
    #expect(message.hasPrefix("no CUDA device: "), "\(message)")
    #expect(message.contains("take numerics.device out of the configuration"))
  }

  @Test func theFingerprintNamesGPUsWhereThereAreSome() throws {
    #expect(try (NumericsFingerprint.entries()["cuda"] != nil) == Self.hasGPU)
  }

  @Test(
    .enabled(if: hasGPU, "no CUDA device"), arguments: networks, TrainingPrecision.allCases)
  func aResumedJobGivesTheBitsOfAnUndisturbedOneOnAGPU(
    what: (method: Method, kind: JobKind), precision: TrainingPrecision
  ) throws {
    let (job, blobs) = try job(what.method, what.kind, on: "cuda", in: precision)
    _ = try resumeFromFirstCheckpoint(job, blobs)
  }

  /// The rounding of tfloat32 and bfloat16 is seen in the first losses only: after some steps of Adam,
  /// which divides small gradients by small ones, trainings have gone their own ways.
  @Test(
    .enabled(if: hasGPU, "no CUDA device"), arguments: networks,
    [(TrainingPrecision.float32, 1e-3), (.tensorFloat32, 0.01), (.bfloat16, 0.05)])
  func aGPUComputesWhatTheProcessorDoes(
    what: (method: Method, kind: JobKind), rounding: (precision: TrainingPrecision, share: Double)
  ) throws {
    let losses = try ["cpu", "cuda"].map { device in
      var losses: [Double] = []
      let precision = device == "cpu" ? .float32 : rounding.precision
      let (job, blobs) = try job(what.method, what.kind, on: device, in: precision)
      _ = try run(job, blobs) { event in
        if case .progress(let progress) = event { losses.append(progress.metrics["loss"]!) }
        return .proceed
      }
      return losses
    }
    for (one, other) in zip(losses[0], losses[1]).prefix(rounding.precision == .float32 ? 12 : 3) {
      #expect(abs(one - other) < rounding.share * abs(one), "\(losses)")
    }
  }

  /// By its units for rounded factors: other bits than those of float32.
  @Test(.enabled(if: hasGPU, "no CUDA device")) func tfloat32IsNotFloat32() throws {
    let losses = try [TrainingPrecision.float32, .tensorFloat32].map { precision in
      let (job, blobs) = try job(.m3, .train, on: "cuda", in: precision)
      return try #require(try run(job, blobs).metrics["loss"])
    }
    #expect(losses[0] != losses[1])
  }

  @Test(.enabled(if: hasGPU, "no CUDA device")) func aGPUThatIsFullIsSaidToBe() throws {
    var (job, blobs) = try job(.m1, .train, on: "cuda")
    job.vmNet.width = 64
    job.preparation.size = 4096
    let error = #expect(throws: DipperError.self) { try run(job, blobs) }
    #expect(error?.code == .deviceUnavailable)
    let message = error?.description ?? ""
    #expect(message.hasPrefix("the GPU has not enough memory for M1"), "\(message)")
  }

  @Test(.enabled(if: hasGPU, "no CUDA device"))
  func weightsOfAGPUPredictOnTheProcessorAndOnTheGPU() throws {
    let (training, blobs) = try job(.m1, .train, on: "cuda")
    let weights = try run(training, blobs).products[0].bytes
    for device in ["cpu", "cuda"] {
      let (prediction, blobs) = try job(.m1, .predict, on: device)
      var withWeights = blobs
      withWeights.weights = weights
      #expect(try run(prediction, withWeights).products.count == 2)
    }
  }
}
