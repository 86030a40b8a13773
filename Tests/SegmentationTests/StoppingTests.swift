import Experiments
import Foundation
import Segmentation
import Testing
import Torch

/// Rules that end a training before its last epoch.
struct StoppingTests {
  private func job(_ method: Method, stopping: StoppingRule?) throws -> (Job, JobBlobs) {
    var (job, blobs) = try smallJob(method, method.isTrained ? .train : .fit, cases: 1)
    job.training?.stopping = stopping
    job.training?.checkpointEvery = 1
    return (job, blobs)
  }

  @Test func anEnergyThatDoesNotFallEnoughEndsTheTraining() throws {
    // No share of the lower bound can grow by 2: the first epoch stays the best.
    let (job, blobs) = try job(.m2, stopping: .plateau(patience: 3, tolerance: 2))
    #expect(try run(job, blobs).metrics["epochs"] == 4)
  }

  @Test(arguments: [Method.m1, .m3, .deepImagePrior])
  func aRuleThatDoesNotHoldChangesNothing(method: Method) throws {
    let (plain, blobs) = try job(method, stopping: nil)
    let (ruled, _) = try job(method, stopping: .plateau(patience: 1000, tolerance: 0))
    let (one, other) = (try run(plain, blobs), try run(ruled, blobs))
    #expect(other.metrics["epochs"] == 12 && one.metrics["epochs"] == nil)
    #expect(one.metrics["loss"] == other.metrics["loss"])
    #expect(one.products.map(\.bytes) == other.products.map(\.bytes))
  }

  /// The weights are those of the epoch that is said to have had the least variance.
  @Test(arguments: [Method.m2, .m4])
  func theResultIsThatOfTheSteadiestOutputs(method: Method) throws {
    var (job, blobs) = try job(method, stopping: .variance(window: 3, patience: 2))
    // Long enough for the variance not to fall all the time.
    job.training?.epochs = 100
    var checkpoints: [Int: Safetensors] = [:]
    let made = try run(job, blobs) { event in
      if case .checkpoint(let step, let encoded) = event {
        checkpoints[step] = try Safetensors(decoding: encoded())
      }
      return .proceed
    }
    let epoch = Int(try #require(made.metrics["result_epoch"]))
    #expect(epoch >= 3 && Double(epoch) < made.metrics["epochs"] ?? 0)
    let best = try #require(checkpoints[epoch])
    let weights = try Safetensors(decoding: made.products[0].bytes)
    for (name, entry) in weights.entries {
      let there = best.entries[(method == .m4 ? "vm." : "") + name]
      let isEqual = there?.values == entry.values
      #expect(isEqual, "\(name)")
    }
  }

  @Test(arguments: [
    (Method.m2, StoppingRule.plateau(patience: 3, tolerance: 0.02)),
    (.m3, .variance(window: 3, patience: 4)), (.deepImagePrior, .variance(window: 2, patience: 3)),
  ])
  func aResumedTrainingStopsWhereAnUndisturbedOneDoes(method: Method, rule: StoppingRule) throws {
    let (job, blobs) = try job(method, stopping: rule)
    var checkpoints: [Data] = []
    let undisturbed = try run(job, blobs) { event in
      if case .checkpoint(_, let encoded) = event { checkpoints.append(encoded()) }
      return .proceed
    }
    for checkpoint in [checkpoints[0], checkpoints[checkpoints.count - 1]] {
      let resumed = try run(job, blobs, from: checkpoint)
      #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
      #expect(resumed.metrics == undisturbed.metrics)
    }
  }
}
