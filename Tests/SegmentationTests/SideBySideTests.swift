import Errors
import Foundation
import Imaging
import Jobs
import Methods
import Segmentation
import Testing
import Torch

/// Tests several fits in one network of grouped convolutions, on the processor.
@Suite(.serialized) struct SideBySideTests {
  private func onlyCase(_ index: Int, of job: SmallJob) -> SmallJob {
    var one = job
    one.inputs = [job.inputs[index]]
    return one
  }

  @Test("fits side by side give the results of single fits")
  func agreesWithSingleFits() throws {
    let (job, blobs) = try smallJob(.deepImagePrior, kind: .fit, cases: 3)
    let together = try run(job, with: blobs)
    let alone = try (0..<3).map { try run(onlyCase($0, of: job), with: blobs) }
    let losses = alone.compactMap { $0.metrics["loss"] }
    #expect(Set(losses).count == 3)
    // The tolerance allows for 24 bits and twelve steps of Adam, which divides small gradients by
    // small ones.
    let sum = losses.reduce(0, +)
    #expect(abs(try #require(together.metrics["loss"]) - sum) < 1e-3 * abs(sum))

    #expect(together.products.map(\.role) == (0..<3).map { .mask(case: $0) } + [.curve])
    for (mask, one) in zip(together.products, alone) {
      let a = try Mask(decoding: mask.bytes, name: "a")
      let b = try Mask(decoding: one.products[0].bytes, name: "b")
      let differing = zip(a.pixels, b.pixels).filter { $0 != $1 }.count
      #expect(differing <= a.pixels.count / 200)
    }
  }

  @Test("networks side by side do not see each other", arguments: [Precision.float32, .bfloat16])
  func networksAreIndependent(precision: Precision) throws {
    func network(_ copies: Int, seed: Float) throws -> DIPNet {
      var argument = seed
      return try DIPNet(channels: 3, width: 4, skip: 2, depth: 2, copies: copies) { count, bound in
        (0..<count).map { _ in
          argument += 1
          return bound * sin(argument)
        }
      }
    }
    let singles = try [network(1, seed: 0), network(1, seed: 0.5), network(1, seed: 0.7)]
    let all = try network(3, seed: 0.1)
    try withoutGradient {
      for (index, named) in all.parameters.enumerated() {
        let parts = singles.map { $0.parameters[index].tensor }
        try named.tensor.assign(Tensor.concatenate(parts, axis: 0))
      }
    }
    let noise = try Tensor.from((0..<3 * 256).map { sin(Float($0)) }, shape: [1, 3, 16, 16])
    let outputs = try withoutGradient { try all(noise, precision: precision) }
    #expect(try outputs.shape() == [3, 1, 16, 16])
    let expected = try withoutGradient {
      try Tensor.concatenate(singles.map { try $0(noise, precision: precision) }, axis: 0).floats()
    }
    let error = zip(try outputs.floats(), expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    // In bfloat16 these layers round twice where those of a single network round once.
    #expect(error < (precision == .float32 ? 1e-5 : 0.03))
    #expect(Set(expected.map { ($0 * 1000).rounded() }).count > 100)
  }

  @Test("a job of several fits resumes from a checkpoint")
  func resumesFromCheckpoint() throws {
    let (job, blobs) = try smallJob(.deepImagePrior, kind: .fit, cases: 3)
    let checkpoint = try resumeFromFirstCheckpoint(job, with: blobs)
    // A fit of another number of images is another job, whose checkpoint does not fit.
    let error = #expect(throws: DipperError.self) {
      try run(onlyCase(0, of: job), with: blobs, from: checkpoint)
    }
    #expect(error?.code == .checkpointInvalid)
  }

  @Test("several fits with a stopping rule are refused")
  func stoppingRuleIsRefused() throws {
    var (job, blobs) = try smallJob(.deepImagePrior, kind: .fit, cases: 2)
    job.training.stopping = .plateau(patience: 5, tolerance: 0.001)
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs) }
    #expect(error?.code == .jobInvalid)
  }
}
