import Foundation
import Jobs
import Methods
import Segmentation
import TestSupport
import Testing
import Torch

/// Tests the rules that end a training before its last epoch.
struct StoppingTests {
  private func job(_ method: Method, stopping: StoppingRule?) throws -> (SmallJob, JobBlobs) {
    var (job, blobs) = try smallJob(
      method, kind: method == .deepImagePrior ? .fit : .train, cases: 1)
    job.training.stopping = stopping
    job.training.checkpointEvery = 1
    // With so wide a window outputs are better than an empty mask from the first epoch on.
    job.energy.gammas = .fixed(gamma1: 1, gamma2: 1)
    job.energy.theta = 0.1
    return (job, blobs)
  }

  @Test("a training ends when its energy falls too little")
  func plateauEndsTraining() throws {
    // No fit can grow by 2, so the first epoch stays the best.
    let (job, blobs) = try job(.m2, stopping: .plateau(patience: 3, tolerance: 2))
    #expect(try run(job, with: blobs).metrics["epochs"] == 4)
  }

  @Test("a rule that never stops changes nothing", arguments: [Method.m1, .m3, .deepImagePrior])
  func idleRuleChangesNothing(method: Method) throws {
    let (plain, blobs) = try job(method, stopping: nil)
    let (ruled, _) = try job(method, stopping: .plateau(patience: 1000, tolerance: 0))
    let one = try run(plain, with: blobs)
    let other = try run(ruled, with: blobs)
    #expect(other.metrics["epochs"] == 12 && one.metrics["epochs"] == nil)
    #expect(one.metrics["loss"] == other.metrics["loss"])
    #expect(one.products.map(\.bytes) == other.products.map(\.bytes))
  }

  /// The weights must be those of the epoch that the metrics name.
  @Test("the result is that of the epoch of least variance", arguments: [Method.m2, .m4])
  func resultIsThatOfLeastVariance(method: Method) throws {
    var (job, blobs) = try job(method, stopping: .variance(window: 3, patience: 2))
    // The training is long enough for the variance to rise again.
    job.training.epochs = 100
    var checkpoints: [Int: Safetensors] = [:]
    let made = try run(job, with: blobs) { event in
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

  @Test(
    "a resumed training stops where an undisturbed one does",
    arguments: [
      (Method.m2, StoppingRule.plateau(patience: 3, tolerance: 0.02)),
      (.m3, .variance(window: 3, patience: 4)),
      (.deepImagePrior, .variance(window: 2, patience: 3)),
    ])
  func resumedTrainingStopsEqually(method: Method, rule: StoppingRule) throws {
    let (job, blobs) = try job(method, stopping: rule)
    var checkpoints: [Data] = []
    let undisturbed = try run(job, with: blobs) { event in
      if case .checkpoint(_, let encoded) = event { checkpoints.append(encoded()) }
      return .proceed
    }
    for checkpoint in [checkpoints[0], checkpoints[checkpoints.count - 1]] {
      let resumed = try run(job, with: blobs, from: checkpoint)
      #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
      #expect(resumed.metrics == undisturbed.metrics)
    }
  }

  private func rule(
    window: Int, patience: Int, on objective: ScriptedObjective
  ) throws -> any EarlyStopping {
    try StoppingRule.variance(window: window, patience: patience).start(on: objective)
  }

  /// With random energies and outputs the result must be the one of least variance among the epochs
  /// whose windows hold no output as bad as an empty mask; without such an epoch nothing stops.
  @Test("windows with an output no better than an empty mask do not count", arguments: 0..<60)
  func emptyOutputsDoNotCount(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let window = Int.random(in: 2...6, using: &generator)
    let patience = Int.random(in: 1...12, using: &generator)
    let share = Double.random(in: 0...1, using: &generator)
    let objective = try ScriptedObjective()
    let rule = try rule(window: window, patience: patience, on: objective)
    var fits: [Double] = []
    var outputs: [Float] = []
    var least: (variance: Double, epoch: Int)?
    var isOver = false
    while !isOver && fits.count < 120 {
      fits.append(generator.chance(share) ? generator.pick([0, -0.3]) : 0.4)
      outputs.append(.random(in: 0...1, using: &generator))
      try objective.setOutput(outputs.last!)
      let epoch = fits.count
      isOver = try rule.isOver(after: epoch, fit: fits.last!, output: objective.output)
      if epoch >= window, fits.suffix(window).allSatisfy({ $0 > 0 }) {
        let variance = variance(of: outputs.suffix(window).map { Double($0) })
        if variance < least?.variance ?? .infinity { least = (variance, epoch) }
      }
      #expect(isOver == (least.map { epoch - $0.epoch >= patience } ?? false))
    }
    #expect(try rule.finish() == least?.epoch)
    let kept = least.map { outputs[$0.epoch - 1] } ?? outputs.last
    #expect(try objective.output.floats().first == kept)
  }

  private func variance(of values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }

  /// One seed of M3 on sarcomas stopped among the steady outputs of its first epochs.
  @Test("a training that has not begun to segment continues")
  func continuesBeforeSegmenting() throws {
    let objective = try ScriptedObjective()
    let rule = try rule(window: 5, patience: 10, on: objective)
    for epoch in 1...200 {
      let fit = epoch < 195 ? -0.01 : 0.1
      #expect(try !rule.isOver(after: epoch, fit: fit, output: objective.output))
    }
    #expect(try rule.finish() == 199)
  }
}

/// An objective whose output a test sets to one value.
private struct ScriptedObjective: Objective {
  let output: Tensor

  init() throws { output = try Tensor.filled(0, shape: [1, 1, 2, 2]) }

  var parameters: [NamedTensor] { [] }
  var buffers: [NamedTensor] { [] }
  var lowestEnergy: Double { -1 }
  var result: [NamedTensor] { [NamedTensor(name: "output", tensor: output)] }

  func prepare(epoch: Int) {}
  func prefetch(epoch: Int) {}
  func outputLike() throws -> Tensor { try output.cloned() }
  func loss() -> ObjectiveValues { fatalError("a rule takes no steps") }

  /// Sets the output to one value everywhere.
  func setOutput(_ value: Float) throws { try output.assign([Float](repeating: value, count: 4)) }
}
