import Blobs
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import TestTraits
import Testing
import Worker

@Suite(.temporaryFolder, .timeLimit(.minutes(1))) struct LeavingTests {
  let harness = WorkerHarness()

  @Test("an interrupted worker hands its checkpoint over, returns the lease and leaves")
  func interruption() async throws {
    let status = try await harness.run(computing: endless) { coordinator, worker in
      try await coordinator.welcome()
      let lease = try coordinator.lease("an image")
      coordinator.send(.lease(lease))
      // Only an attempt that has begun to compute has a checkpoint to hand over.
      try await coordinator.expect { if case .progress(lease.attempt, _) = $0 { () } else { nil } }
      worker.interrupt()
      let checkpoint = try await coordinator.checkpoint()
      let state = try coordinator.blobs.get(checkpoint.blob.digest)
      #expect(state == Data(String(checkpoint.step).utf8))
      try await coordinator.expect { $0 == .released(lease.attempt) ? () : nil }
      try await coordinator.expect { $0 == .leave ? () : nil }
      #expect(try harness.cache().contains(checkpoint.blob.digest) == false)
    }
    #expect(status == 0)
  }

  @Test("a second interruption does not wait for the computation")
  func secondInterruption() async throws {
    let gate = Gate()
    defer { gate.open() }
    let status = try await harness.run(computing: gate.blocking(copying)) { coordinator, worker in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      try await coordinator.running()
      worker.interrupt()
      worker.interrupt()
      try await coordinator.expect { $0 == .leave ? () : nil }
    }
    #expect(status == 0)
  }

  @Test("a restarted coordinator finds that the worker still holds its attempt")
  func restartedCoordinator() async throws {
    let gate = Gate()
    let computation: Computation = { job, blobs, checkpoint, emit in
      _ = try emit(.progress(JobProgress(step: 41, total: 50, metrics: [:])))
      gate.wait()
      return try copying(job, blobs, checkpoint, emit)
    }
    let coordinator = try harness.restartableCoordinator()
    let endpoint = coordinator.messenger.endpoint
    let status = try await harness.run(coordinator: coordinator, computing: computation) {
      coordinator, _ in
      try await coordinator.welcome()
      let lease = try coordinator.lease("an image")
      coordinator.send(.lease(lease))
      try await coordinator.expect { if case .progress = $0 { () } else { nil } }
      coordinator.messenger.close()

      coordinator = try ScriptedCoordinator(blobs: harness.coordinatorBlobs, at: endpoint)
      try await coordinator.expect { _ in () }
      coordinator.send(.rejoin)
      #expect(
        try await coordinator.welcome() == [HeldAttempt(attempt: lease.attempt, step: 41)])
      gate.open()
      let result = try await coordinator.finished()
      let mask = try coordinator.blobs.get(result.outputs[0].blob.digest)
      #expect(mask == Data("an image".utf8))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }
}
