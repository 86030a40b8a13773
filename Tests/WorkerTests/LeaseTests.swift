import Blobs
import Dispatch
import Errors
import Foundation
import Jobs
import Messaging
import Scheduling
import Segmentation
import TestTraits
import Testing
import Worker

@Suite(.temporaryFolder, .timeLimit(.minutes(1))) struct LeaseTests {
  let harness = WorkerHarness()

  @Test("a leased job is fetched, run, stored and finished before the worker is dismissed")
  func wholeLease() async throws {
    let status = try await harness.run(computing: copying) { coordinator, _ in
      #expect(try await coordinator.welcome() == [])
      coordinator.send(.lease(try coordinator.lease("an image")))
      let result = try await coordinator.finished()

      // `finished` is sent only after the coordinator has stored the blobs.
      let mask = try coordinator.blobs.get(result.outputs[0].blob.digest)
      #expect(mask == Data("an image".utf8))
      #expect(result.outputs.map(\.role) == [.mask(case: 0)])
      #expect(result.outputs[0].seconds == 0.5)
      #expect(result.metrics == ["cases": 1])
      #expect(result.peakMemory > 1 << 20)
      #expect(result.seconds >= 0)
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("heartbeats continue while the compute thread is blocked")
  func heartbeats() async throws {
    let gate = Gate()
    let status = try await harness.run(computing: gate.blocking(copying)) { coordinator, _ in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      try await coordinator.running()
      for _ in 0..<3 { try await coordinator.expect { $0 == .heartbeat ? () : nil } }
      gate.open()
      _ = try await coordinator.finished()
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("an attempt that waits for the compute thread is returned at once")
  func waitingAttempt() async throws {
    let gate = Gate()
    let status = try await harness.run(computing: gate.blocking(copying)) { coordinator, _ in
      try await coordinator.welcome()
      let first = try coordinator.lease("first")
      let second = try coordinator.lease("second")
      coordinator.send(.lease(first))
      #expect(try await coordinator.running() == first.attempt)
      coordinator.send(.lease(second))
      coordinator.send(.stop(second.attempt))
      try await coordinator.expect { $0 == .released(second.attempt) ? () : nil }
      gate.open()
      let result = try await coordinator.finished()
      let mask = try coordinator.blobs.get(result.outputs[0].blob.digest)
      #expect(mask == Data("first".utf8))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("a revoked attempt stops and frees the compute thread for the next one")
  func revokedAttempt() async throws {
    let computation: Computation = { job, blobs, checkpoint, emit in
      let isFirst = blobs.inputs.values.contains(Data("first".utf8))
      return try (isFirst ? endless : copying)(job, blobs, checkpoint, emit)
    }
    let status = try await harness.run(computing: computation) { coordinator, _ in
      try await coordinator.welcome()
      let first = try coordinator.lease("first")
      coordinator.send(.lease(first))
      try await coordinator.running()
      coordinator.send(.revoke(first.attempt))
      coordinator.send(.lease(try coordinator.lease("second")))
      let result = try await coordinator.finished()
      let mask = try coordinator.blobs.get(result.outputs[0].blob.digest)
      #expect(mask == Data("second".utf8))
      try await coordinator.dismiss()
    }
    #expect(status == 0)
  }

  @Test("progress is reported, but at most once per interval")
  func progressReports() async throws {
    let computation: Computation = { job, blobs, checkpoint, emit in
      for step in 1...10_000 {
        _ = try emit(.progress(JobProgress(step: step, total: 10_000, metrics: ["loss": 0.5])))
      }
      return try copying(job, blobs, checkpoint, emit)
    }
    let status = try await harness.run(computing: computation) { coordinator, worker in
      try await coordinator.welcome()
      coordinator.send(.lease(try coordinator.lease("an image")))
      var steps: [Int] = []
      try await coordinator.expect { message -> Void? in
        if case .progress(_, let progress) = message { steps.append(progress.step) }
        if case .finished = message { return () }
        return nil
      }
      #expect(steps.first == 1)
      #expect(steps.count < 100)
      worker.interrupt()
      worker.interrupt()
    }
    #expect(status == 0)
  }
}
