import Blobs
import Errors
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import TestTraits
import Testing
import Variational
import Wire
import Worker

@Suite(.temporaryFolder, .timeLimit(.minutes(1))) struct FailureTests {
  let harness = WorkerHarness()

  @Test("only an error of the input is final", arguments: [true, false])
  func finalErrors(isInputsFault: Bool) async throws {
    let tail = LogTail(lines: 2)
    let failing: Computation = { _, _, _, _ in
      for line in ["once", "then", "now"] { tail.append(line) }
      throw DipperError(isInputsFault ? .caseUnusable : .computationFailed, "the cause in words")
    }
    let status = try await harness.run(logTail: tail, computing: failing) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      let failure = try await coordinator.failed()
      #expect(
        failure
          == JobFailure(
            message: "the cause in words", isTransient: !isInputsFault, log: ["then", "now"]))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("a blob that the coordinator lacks fails the attempt and is named")
  func missingBlob() async throws {
    let status = try await harness.run(computing: copying) { coordinator, _ in
      try await coordinator.welcome()
      let lease = try coordinator.lease("an image")
      let image = lease.job.inputs[0].image
      coordinator.blobs.remove(image)
      coordinator.send(.lease(lease))
      let failure = try await coordinator.failed()
      #expect(failure.isTransient)
      #expect(failure.message.contains(image.short))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("a blob damaged in the cache is detected, and the next attempt fetches it again")
  func damagedBlob() async throws {
    let status = try await harness.run(computing: copying) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      let image = try await coordinator.finished().outputs[0].blob
      // The damaged file keeps its size; otherwise it would be found missing before the attempt.
      try Data("an omage".utf8).write(to: harness.cache().file(image.digest))
      coordinator.send(.lease(try coordinator.lease("an image", attempt: 2)))
      let failure = try await coordinator.failed()
      #expect(failure.isTransient)
      #expect(failure.message.contains("damaged"))
      coordinator.send(.lease(try coordinator.lease("an image", attempt: 3)))
      #expect(try await coordinator.finished().outputs[0].blob == image)
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("a worker without a coordinator ends with status 3")
  func noCoordinator() async throws {
    let coordinator = try harness.coordinator()
    coordinator.messenger.close()
    let worker = try harness.worker(
      of: coordinator.messenger.endpoint, connectTimeout: .milliseconds(300), computing: copying)
    #expect(await worker.run() == 3)
  }

  @Test("a refused worker ends with status 2")
  func refusal() async throws {
    let status = try await harness.run(computing: copying) { coordinator, _ in
      try await coordinator.expect { if case .join = $0 { () } else { nil } }
      coordinator.send(.refused("its numbers would differ"))
    }
    #expect(status == 2)
  }

  @Test("an invalid message is ignored, and one of another version ends the worker with status 2")
  func invalidMessages() async throws {
    let status = try await harness.run(computing: copying) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(Data("no message".utf8))
      coordinator.send(.lease(try coordinator.lease("an image")))
      _ = try await coordinator.finished()
      // Field 1, a varint, is the version.
      coordinator.send(Data([0x08, 0x63]))
    }
    #expect(status == 2)
  }
}
