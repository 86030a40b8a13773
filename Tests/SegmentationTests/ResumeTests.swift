import Errors
import Foundation
import Imaging
import Jobs
import Methods
import Segmentation
import Testing
import Torch
import Variational

/// Runs jobs through the segmentation core, undisturbed and resumed.
@Suite(.serialized) struct ResumeTests {
  @Test(
    "a resumed job gives the bits of an undisturbed one",
    arguments: [
      (Method.m1, JobKind.train), (.m3, .train), (.m4, .train), (.deepImagePrior, .fit),
    ])
  func resumes(method: Method, kind: JobKind) throws {
    let (job, blobs) = try smallJob(method, kind: kind, cases: kind == .fit ? 1 : 2)
    let undisturbed = try run(job, with: blobs)
    var checkpoint: Data?
    let error = #expect(throws: DipperError.self) {
      try run(job, with: blobs) { event in
        switch event {
        case .checkpoint(_, let encoded): checkpoint = encoded()
        case .progress(let progress): if progress.step == 7 { return .checkpointAndStop }
        }
        return .proceed
      }
    }
    #expect(error?.code == .jobStopped)
    var firstStep: Int?
    let start = try #require(checkpoint)
    let resumed = try run(job, with: blobs, from: start) { event in
      if case .progress(let progress) = event, firstStep == nil { firstStep = progress.step }
      return .proceed
    }
    #expect(firstStep == 8)
    #expect(resumed.products.map(\.bytes) == undisturbed.products.map(\.bytes))
    #expect(resumed.metrics == undisturbed.metrics)
  }

  @Test(
    "a job that is stopped at its last epoch is done",
    arguments: [(Method.m1, JobKind.train), (.deepImagePrior, .fit)])
  func stopAtLastEpochIsDone(method: Method, kind: JobKind) throws {
    let (job, blobs) = try smallJob(method, kind: kind, cases: kind == .fit ? 1 : 2)
    let undisturbed = try run(job, with: blobs)
    let stopped = try run(job, with: blobs) { event in
      if case .progress(let progress) = event, progress.step == 12 { return .checkpointAndStop }
      return .proceed
    }
    #expect(stopped.products.map(\.bytes) == undisturbed.products.map(\.bytes))
    #expect(stopped.metrics == undisturbed.metrics)
  }

  @Test(
    "a resumed job leaves the curve of all its epochs",
    arguments: [
      (Method.m1, JobKind.train), (.m3, .train), (.deepImagePrior, .fit),
    ])
  func resumedCurveIsWhole(method: Method, kind: JobKind) throws {
    let (job, blobs) = try smallJob(method, kind: kind, cases: kind == .fit ? 1 : 2)
    var checkpoint: Data?
    var reported: [JobProgress] = []
    let whole = try run(job, with: blobs) { event in
      switch event {
      case .checkpoint(let step, let encoded): if step == 5 { checkpoint = encoded() }
      case .progress(let progress): reported.append(progress)
      }
      return .proceed
    }
    let curve = try curve(of: whole)
    #expect(curve.points.map(\.epoch) == Array(1...12))
    #expect(curve.points.map { Double($0.loss) } == reported.map { $0.metrics["loss"] })
    #expect(curve.points.map { Double($0.energy) } == reported.map { $0.metrics["energy"] })
    #expect(curve.points.map(\.fit) == reported.map { Float($0.metrics["fit"]!) })
    // Besides the data term M1 has a length, M3 a similarity and DIP nothing.
    #expect(curve.points.allSatisfy { ($0.regulariser > 0) == (method != .deepImagePrior) })

    let start = try #require(checkpoint)
    #expect(try self.curve(of: run(job, with: blobs, from: start)) == curve)
    // A checkpoint that was made before there were curves gives the rest of the curve.
    var file = try Safetensors(decoding: start)
    file.entries["curve"] = nil
    let rest = try self.curve(of: run(job, with: blobs, from: file.encoded()))
    #expect(rest.points == Array(curve.points.dropFirst(5)))
    file.entries["curve"] = Safetensors.Entry(
      shape: [6, 3], values: Array(repeating: 0, count: 18))
    let longer = file.encoded()
    let error = #expect(throws: DipperError.self) { try run(job, with: blobs, from: longer) }
    #expect(error?.code == .checkpointInvalid)
  }

  private func curve(of made: JobProducts) throws -> TrainingCurve {
    let product = try #require(made.products.first { $0.role == .curve })
    return try TrainingCurve(csv: product.bytes, name: "curve")
  }

  @Test("checkpoints come when they are due")
  func checkpointsAreDue() throws {
    let (job, blobs) = try smallJob(.m2, kind: .train)
    var steps: [Int] = []
    _ = try run(job, with: blobs) { event in
      if case .checkpoint(let step, _) = event { steps.append(step) }
      return .proceed
    }
    #expect(steps == [5, 10])
  }

  @Test("a checkpoint of another job is refused")
  func foreignCheckpointIsRefused() throws {
    let (job, blobs) = try smallJob(.m1, kind: .train)
    var checkpoint: Data?
    _ = try run(job, with: blobs) { event in
      if case .checkpoint(_, let encoded) = event { checkpoint = encoded() }
      return .proceed
    }
    var other = job
    other.seed = 6
    let refused = #expect(throws: DipperError.self) {
      try run(other, with: blobs, from: checkpoint)
    }
    #expect(refused?.code == .checkpointInvalid)
    let damaged = #expect(throws: DipperError.self) {
      try run(job, with: blobs, from: checkpoint?.dropLast(9))
    }
    #expect(damaged?.code == .checkpointInvalid)
  }

  @Test("trained weights predict masks on the original grid", arguments: [Method.m1, .m4])
  func weightsPredictOnOriginalGrid(
    method: Method
  ) throws {
    let (training, blobs) = try smallJob(method, kind: .train)
    var (prediction, withWeights) = try smallJob(method, kind: .predict, cases: 3)
    withWeights.weights = try run(training, with: blobs).products[0].bytes
    let products = try run(prediction, with: withWeights).products
    #expect(products.map(\.role) == (0..<3).map { .mask(case: $0) })
    for product in products {
      let mask = try Mask(decoding: product.bytes, name: "mask")
      #expect((mask.width, mask.height) == (64, 64))
    }
    let other = method == .m1 ? Jobs.Method.m4 : .m1
    prediction.method = other
    let error = #expect(throws: DipperError.self) { try run(prediction, with: withWeights) }
    #expect(error?.code == .weightsInvalid)
  }

  @Test("a damaged input is an error of the case")
  func damagedInputIsReported() throws {
    var (job, blobs) = try smallJob(.m1, kind: .train)
    blobs.inputs[job.inputs[0].image] = Data("not an image".utf8)
    #expect(throws: DipperError.self) { try run(job, with: blobs) }
    do { _ = try run(job, with: blobs) } catch let error as DipperError {
      #expect(error.code == .caseUnusable)
    }
    job.kind = .predict
    let (_, whole) = try smallJob(.m1, kind: .train)
    let error = #expect(throws: DipperError.self) { try run(job, with: whole) }
    #expect(error?.code == .jobInvalid)
  }
}
