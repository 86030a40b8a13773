import Blobs
import Dispatch
import Errors
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import Testing
import Worker

@Test(.timeLimit(.minutes(1)))
func aLeaseIsFetchedRunStoredAndFinishedBeforeTheWorkerIsDismissed() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: copying)
  async let status = worker.run()

  #expect(try await head.welcome() == [])
  let lease = try head.lease("an image")
  head.send(.lease(lease))
  let result = try await head.finished()

  // `finished` is said after the coordinator has the blobs.
  #expect(try head.blobs.get(result.outputs[0].blob.digest) == Data("an image".utf8))
  #expect(result.outputs.map(\.role) == [.mask(case: 0)])
  #expect(result.outputs[0].seconds == 0.5)
  #expect(result.metrics == ["cases": 1])
  #expect(result.peakMemory > 1 << 20)
  #expect(result.seconds >= 0)

  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func heartbeatsGoOnWhileTheComputeThreadIsBlocked() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let gate = DispatchSemaphore(value: 0)
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    gate.wait()
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  try await head.running()
  for _ in 0..<3 { try await head.expect { $0 == .heartbeat ? () : nil } }
  gate.signal()
  _ = try await head.finished()
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aCheckpointReachesTheCoordinatorAndTheNextAttemptContinuesFromIt() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    guard let checkpoint else {
      _ = try emit(.checkpoint(step: 5, encoded: { Data("state of step 5".utf8) }))
      throw DipperError(.computationFailed, "the power went out")
    }
    let product = JobProduct(role: .weights, bytes: checkpoint, seconds: 0)
    return JobProducts(products: [product], metrics: [:])
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  let failure = try await head.failed()
  #expect(failure.isTransient)
  #expect(failure.message.contains("the power went out"))
  let blob = try head.blobs.put(Data("state of step 5".utf8))
  head.send(
    .lease(try head.lease("an image", attempt: 2, from: Checkpoint(step: 5, blob: blob))))
  #expect(try await head.finished().outputs[0].blob == blob)
  try await head.dismiss()
  #expect(await status == 0)
  // A checkpoint does not outlive its attempt in the cache, a result does.
  #expect(try shop.cache().contains(blob.digest) == false)
}

/// Nothing of what the attempt needs is whole in the worker's cache, and nothing fails for that.
@Test(.timeLimit(.minutes(1)))
func aTornCacheCostsNeitherAnAttemptNorItsProgress() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let cache = try shop.cache()
  let blob = try head.blobs.put(Data("state of step 5".utf8))
  let lease = try head.lease("an image", from: Checkpoint(step: 5, blob: blob))
  for digest in lease.job.inputs.flatMap({ [$0.image, $0.markers] }) + [blob.digest] {
    try cache.put(try head.blobs.get(digest))
    try Data("torn".utf8).write(to: cache.file(digest))
  }
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    let whole = try copying(job, blobs, checkpoint, emit).products[0].bytes + (checkpoint ?? Data())
    let product = JobProduct(role: .mask(case: 0), bytes: whole, seconds: 0)
    return JobProducts(products: [product], metrics: [:])
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(lease))
  let result = try await head.expect { message -> JobResult? in
    if case .finished(_, let result) = message { return result }
    if case .failed(_, let failure) = message { Issue.record("\(failure.message)") }
    return nil
  }
  let made = try head.blobs.get(result.outputs[0].blob.digest)
  #expect(made == Data("an imagestate of step 5".utf8))
  head.send(.acknowledged(lease.attempt))
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aCheckpointIsNamedOnceItIsStoredAndLeavesTheCache() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let gate = DispatchSemaphore(value: 0)
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    _ = try emit(.checkpoint(step: 5, encoded: { Data(count: 3_000_000) }))
    gate.wait()
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  let checkpoint = try await head.checkpoint()
  #expect(checkpoint.step == 5)
  #expect(try head.blobs.get(checkpoint.blob.digest) == Data(count: 3_000_000))
  gate.signal()
  _ = try await head.finished()
  #expect(try shop.cache().contains(checkpoint.blob.digest) == false)
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aRevokedAttemptStopsAndFreesTheThreadForTheNext() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    let isFirst = blobs.inputs.values.contains(Data("first".utf8))
    return try (isFirst ? endless : copying)(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  let first = try head.lease("first")
  head.send(.lease(first))
  try await head.running()
  head.send(.revoke(first.attempt))
  head.send(.lease(try head.lease("second")))
  let result = try await head.finished()
  #expect(try head.blobs.get(result.outputs[0].blob.digest) == Data("second".utf8))
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func anAttemptThatWaitsForTheThreadIsGivenBackAtOnce() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let gate = DispatchSemaphore(value: 0)
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    gate.wait()
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  let (first, second) = (try head.lease("first"), try head.lease("second"))
  head.send(.lease(first))
  #expect(try await head.running() == first.attempt)
  head.send(.lease(second))
  head.send(.stop(second.attempt))
  try await head.expect { $0 == .released(second.attempt) ? () : nil }
  gate.signal()
  let result = try await head.finished()
  #expect(try head.blobs.get(result.outputs[0].blob.digest) == Data("first".utf8))
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func progressIsReportedButNotMoreOftenThanAnybodyLooks() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint) { job, blobs, checkpoint, emit in
    for step in 1...10_000 {
      _ = try emit(.progress(JobProgress(step: step, total: 10_000, metrics: ["loss": 0.5])))
    }
    return try copying(job, blobs, checkpoint, emit)
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  var steps: [Int] = []
  try await head.expect { message -> Void? in
    if case .progress(_, let progress) = message { steps.append(progress.step) }
    if case .finished = message { return () }
    return nil
  }
  #expect(steps.first == 1)
  #expect(steps.count < 100)
  worker.interrupt()
  worker.interrupt()
  #expect(await status == 0)
}
