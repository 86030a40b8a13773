import Blobs
import Errors
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import Testing
import Wire
import Worker

@Test(.timeLimit(.minutes(1)), arguments: [true, false])
func onlyTheFaultOfTheInputIsFinal(isInputsFault: Bool) async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let tail = LogTail(lines: 2)
  let worker = try shop.worker(of: head.messenger.endpoint, logTail: tail) { _, _, _, _ in
    for line in ["once", "then", "now"] { tail.append(line) }
    throw DipperError(isInputsFault ? .caseUnusable : .computationFailed, "the cause in words")
  }
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  let failure = try await head.failed()
  #expect(
    failure
      == JobFailure(
        message: "the cause in words", isTransient: !isInputsFault, log: ["then", "now"]))
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aBlobThatTheCoordinatorLacksFailsTheAttemptByName() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: copying)
  async let status = worker.run()

  try await head.welcome()
  let lease = try head.lease("an image")
  let image = lease.job.inputs[0].image
  head.blobs.remove(image)
  head.send(.lease(lease))
  let failure = try await head.failed()
  #expect(failure.isTransient)
  #expect(failure.message.contains(image.short))
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aBlobDamagedAfterItWasFetchedIsFoundAndFetchedAnewByTheNextAttempt() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: copying)
  async let status = worker.run()

  try await head.welcome()
  head.send(.lease(try head.lease("an image")))
  let image = try await head.finished().outputs[0].blob
  // Of the same size, or it would be missed before the attempt.
  try Data("an omage".utf8).write(to: shop.cache().file(image.digest))
  head.send(.lease(try head.lease("an image", attempt: 2)))
  let failure = try await head.failed()
  #expect(failure.isTransient)
  #expect(failure.message.contains("damaged"))
  head.send(.lease(try head.lease("an image", attempt: 3)))
  #expect(try await head.finished().outputs[0].blob == image)
  try await head.dismiss()
  #expect(await status == 0)
}

@Test(.timeLimit(.minutes(1)))
func aWorkerWithoutACoordinatorGivesUpWithStatus3() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  let head = try shop.coordinator()
  head.messenger.close()
  let worker = try shop.worker(
    of: head.messenger.endpoint, patience: 0.3, computing: copying)
  #expect(await worker.run() == 3)
}

@Test(.timeLimit(.minutes(1)))
func aRefusedWorkerEndsWithStatus2() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: copying)
  async let status = worker.run()
  try await head.expect { if case .join = $0 { () } else { nil } }
  head.send(.refused("its numbers would differ"))
  #expect(await status == 2)
}

@Test(.timeLimit(.minutes(1)))
func nonsenseIsIgnoredAndAnotherVersionEndsTheWorkerWithStatus2() async throws {
  let shop = Workshop()
  defer { shop.clean() }
  var head = try shop.coordinator()
  defer { head.messenger.close() }
  let worker = try shop.worker(of: head.messenger.endpoint, computing: copying)
  async let status = worker.run()
  try await head.welcome()
  head.send(Data("no message".utf8))
  head.send(.lease(try head.lease("an image")))
  _ = try await head.finished()
  // Field 1, a varint, is the version.
  head.send(Data([0x08, 0x63]))
  #expect(await status == 2)
}
