import Blobs
import Errors
import Jobs
import Foundation
import Messaging
import Scheduling
import Segmentation
import TestTraits
import Testing
import Worker

@Suite(.temporaryFolder, .timeLimit(.minutes(1))) struct CheckpointTests {
  let harness = WorkerHarness()

  @Test("a checkpoint reaches the coordinator, and the next attempt continues from it")
  func continuation() async throws {
    let failingOnce: Computation = { job, blobs, checkpoint, emit in
      guard let checkpoint else {
        _ = try emit(.checkpoint(step: 5, encoded: { Data("state of step 5".utf8) }))
        throw DipperError(.computationFailed, "the power went out")
      }
      let product = JobProduct(role: .weights, bytes: checkpoint, duration: .zero)
      return JobProducts(products: [product], metrics: [:])
    }
    var stored: BlobReference?
    let status = try await harness.run(computing: failingOnce) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      let failure = try await coordinator.failed()
      #expect(failure.isTransient)
      #expect(failure.message.contains("the power went out"))
      let blob = try coordinator.blobs.put(Data("state of step 5".utf8))
      stored = blob
      let checkpoint = Checkpoint(step: 5, blob: blob)
      coordinator.send(.lease(try coordinator.lease("an image", attempt: 2, from: checkpoint)))
      #expect(try await coordinator.finished().outputs[0].blob == blob)
      try await coordinator.dismiss()
    }
    #expect(status == 0)
    // A checkpoint leaves the cache with its attempt, whereas a result stays.
    #expect(try harness.cache().contains(#require(stored).digest) == false)
  }

  @Test("a cache of torn files costs neither an attempt nor its progress")
  func tornCache() async throws {
    let coordinator = try harness.coordinator()
    let blob = try coordinator.blobs.put(Data("state of step 5".utf8))
    let lease = try coordinator.lease("an image", from: Checkpoint(step: 5, blob: blob))
    let cache = try harness.cache()
    for digest in lease.job.inputs.flatMap({ [$0.image, $0.markers] }) + [blob.digest] {
      try cache.put(try coordinator.blobs.get(digest))
      try Data("torn".utf8).write(to: cache.file(digest))
    }
    let joining: Computation = { job, blobs, checkpoint, emit in
      let image = try copying(job, blobs, checkpoint, emit).products[0].bytes
      let product = JobProduct(
        role: .mask(case: 0), bytes: image + (checkpoint ?? Data()), duration: .zero)
      return JobProducts(products: [product], metrics: [:])
    }
    let status = try await harness.run(coordinator: coordinator, computing: joining) {
      coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(lease))
      let result = try await coordinator.expect { message -> JobResult? in
        if case .finished(_, let result) = message { return result }
        if case .failed(_, let failure) = message { Issue.record("\(failure.message)") }
        return nil
      }
      let made = try coordinator.blobs.get(result.outputs[0].blob.digest)
      #expect(made == Data("an imagestate of step 5".utf8))
      coordinator.send(.acknowledged(lease.attempt))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("a checkpoint is announced once it is stored, and it leaves the cache")
  func announcement() async throws {
    let gate = Gate()
    let computation: Computation = { job, blobs, checkpoint, emit in
      _ = try emit(.checkpoint(step: 5, encoded: { Data(count: 3_000_000) }))
      gate.wait()
      return try copying(job, blobs, checkpoint, emit)
    }
    let status = try await harness.run(computing: computation) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      let checkpoint = try await coordinator.checkpoint()
      #expect(checkpoint.step == 5)
      #expect(try coordinator.blobs.get(checkpoint.blob.digest) == Data(count: 3_000_000))
      gate.open()
      _ = try await coordinator.finished()
      #expect(try harness.cache().contains(checkpoint.blob.digest) == false)
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }
}
