import Blobs
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import Testing
import Worker

@Test(.timeLimit(.minutes(1)))
func anInterruptedWorkerHandsItsCheckpointOverGivesTheLeaseBackAndLeaves() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: endless)
  async let status = worker.run()

  try await head.welcome()
  let lease = try head.lease("an image")
  head.send(.lease(lease))
  // Only what has begun to compute has something to hand over.
  try await head.expect { if case .progress(lease.attempt, _) = $0 { () } else { nil } }
  worker.interrupt()
  let checkpoint = try await head.checkpoint()
  #expect(
    try head.blobs.get(checkpoint.blob.digest) == Data(String(checkpoint.step).utf8))
  try await head.expect { $0 == .released(lease.attempt) ? () : nil }
  try await head.expect { $0 == .leave ? () : nil }
  #expect(await status == 0)
  #expect(try shop.cache().contains(checkpoint.blob.digest) == false)
}

@Test(.timeLimit(.minutes(1)))
func aSecondInterruptionDoesNotWaitForTheComputation() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let gate = DispatchSemaphore(value: 0)
  defer { gate.signal() }
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    gate.wait()
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  try await head.running()
  worker.interrupt()
  worker.interrupt()
  try await head.expect { $0 == .leave ? () : nil }
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aRestartedCoordinatorFindsTheAttemptStillInTheWorkersHands() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.restartableCoordinator()
  let endpoint = head.messenger.endpoint
  let gate = DispatchSemaphore(value: 0)
  let worker = try shop.worker(of: endpoint) { job, blobs, checkpoint, emit in
    _ = try emit(.progress(JobProgress(step: 41, total: 50, metrics: [:])))
    gate.wait()
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  let lease = try head.lease("an image")
  head.send(.lease(lease))
  try await head.expect { if case .progress = $0 { () } else { nil } }
  head.messenger.close()

  var next = try ScriptedCoordinator(blobs: shop.coordinatorBlobs, at: endpoint)
  defer { next.messenger.close() }
  try await next.expect { _ in () }
  next.send(.rejoin)
  #expect(try await next.welcome() == [HeldAttempt(attempt: lease.attempt, step: 41)])
  gate.signal()
  let result = try await next.finished()
  #expect(try next.blobs.get(result.outputs[0].blob.digest) == Data("an image".utf8))
  try await next.dismiss()
  #expect(await status == 0)
}
