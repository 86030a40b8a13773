import Experiments
import Foundation
import Segmentation
import Testing
import Torch

/// Jobs for a card: refused where there is none; where there is one, as reproducible as on the
/// processor and equal to it up to rounding.
@Suite(.serialized) struct DeviceTests {
  private static let hasCard = (try? TorchRuntime.cudaDevices()) != nil
  private static let networks = [
    (Method.m1, JobKind.train), (.m3, .train), (.deepImagePrior, .fit),
  ]

  private func job(_ method: Method, _ kind: JobKind, on device: String) throws -> (
    Job, JobBlobs
  ) {
    var (job, blobs) = try smallJob(method, kind, cases: kind == .fit ? 1 : 2)
    job.numerics.device = CUDADevice(device)
    job.numerics.precision = .float32
    return (job, blobs)
  }

  @Test(arguments: networks + [(.m1, .predict)])
  func aJobForACardThatIsMissingIsRefused(method: Method, kind: JobKind) throws {
    let (job, blobs) = try job(method, kind, on: "cuda:127")
    let error = #expect(throws: SegmentationError.self) { try run(job, blobs) }
    #expect(error?.code == .device)
    let message = error?.description ?? ""
    #expect(message.hasPrefix("no CUDA device: "), "\(message)")
    #expect(message.contains("take numerics.device out of the configuration"))
  }

  @Test func thePassportNamesCardsWhereThereAreSome() throws {
    #expect(try (NumericPassport.entries()["cuda"] != nil) == Self.hasCard)
  }

  @Test(.enabled(if: hasCard, "no CUDA device"), arguments: networks)
  func aResumedJobGivesTheBitsOfAnUndisturbedOneOnACard(method: Method, kind: JobKind) throws {
    let (job, blobs) = try job(method, kind, on: "cuda")
    var checkpoints: [Data] = []
    let undisturbed = try run(job, blobs) { event in
      if case .checkpoint(_, let encoded) = event { checkpoints.append(encoded()) }
      return .proceed
    }
    let resumed = try run(job, blobs, from: checkpoints[0])
    #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
    #expect(resumed.metrics == undisturbed.metrics)
  }

  @Test(.enabled(if: hasCard, "no CUDA device"), arguments: networks)
  func aCardComputesWhatTheProcessorDoes(method: Method, kind: JobKind) throws {
    let losses = try ["cpu", "cuda"].map { device in
      let (job, blobs) = try job(method, kind, on: device)
      return try #require(try run(job, blobs).metrics["loss"])
    }
    #expect(abs(losses[0] - losses[1]) < 0.01 * abs(losses[0]), "\(losses)")
  }

  @Test(.enabled(if: hasCard, "no CUDA device"))
  func weightsOfACardPredictOnTheProcessorAndOnTheCard() throws {
    let (training, blobs) = try job(.m1, .train, on: "cuda")
    let weights = try run(training, blobs).products[0].bytes
    for device in ["cpu", "cuda"] {
      var (prediction, withWeights) = try job(.m1, .predict, on: device)
      withWeights.weights = weights
      prediction.training = nil
      #expect(try run(prediction, withWeights).products.count == 2)
    }
  }
}
