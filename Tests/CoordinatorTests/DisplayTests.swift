import Coordinator
import Foundation
import Jobs
import RunFixtures
import Runs
import Scheduling
import Testing

/// The lines that a display shows while a run is under way.
struct DisplayTests {
  private let worker = WorkerID("node-1")

  private func state(_ run: RecordedRun) -> CoordinatorState {
    CoordinatorState(resuming: run.history.ledger, settings: CoordinatorSettings())
  }

  @Test("lines name job, attempt, worker and cause")
  func namesJob() throws {
    let run = try RecordedRun()
    defer { run.remove() }
    let state = state(run)
    let job = try #require(run.job("set TV solve c3")).id
    let first = Attempt(job: job, number: 1)
    let second = Attempt(job: job, number: 2)
    let failure = JobFailure(message: "no memory", isTransient: true)
    #expect(
      line(for: .leased(first, to: worker), in: state)?.hasSuffix(
        "set TV solve c3 started on node-1")
        == true)
    #expect(line(for: .leased(second, to: worker), in: state)?.contains("(attempt 2)") == true)
    #expect(
      line(for: .failed(first, failure, final: false), in: state)?.hasSuffix(
        "failed, will be tried again: no memory") == true)
    #expect(
      line(for: .failed(second, failure, final: true), in: state)?.contains("discarded") == true)
    #expect(line(for: .lost(worker, reason: "silent"), in: state)?.contains("node-1 lost") == true)
    let progress = JobProgress(step: 1, total: 2, metrics: [:])
    #expect(line(for: .progress(first, progress), in: state) == nil)
  }

  @Test(
    "times are readable",
    arguments: [
      (0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 00 s"), (3599, "59 min 59 s"),
      (3600, "1 h 00 min"), (9_000, "2 h 30 min"),
    ])
  func formatsTimes(_ value: Double, as text: String) {
    #expect(formatted(seconds: value) == text)
  }

  @Test("the time left follows from the times of finished jobs")
  func estimatesTimeLeft() throws {
    let run = try RecordedRun()
    defer { run.remove() }
    var state = CoordinatorState(settings: CoordinatorSettings())
    _ = state.apply(.submitted(run.experiment.plan.jobs), at: .origin)
    #expect(timeLeft(state) == nil)
    let description = WorkerDescription(host: "h", process: 1, credit: 1, fingerprint: [:])
    _ = state.apply(.received(.join(description, holding: []), from: worker), at: .origin)
    #expect(timeLeft(state) == nil)
    let running = try #require(state.running.first)
    let planned = try #require(run.experiment.plan.jobs.first { $0.id == running.attempt.job })
    let weights = BlobReference(digest: Digest(of: Data("w".utf8)), size: 1)
    let result = JobResult(
      outputs: [JobOutput(role: .weights, blob: weights, seconds: 1)], metrics: [:],
      seconds: planned.cost * 3, peakMemory: 1)
    _ = state.apply(
      .received(.finished(running.attempt, result), from: worker), at: .origin + .seconds(1))
    let rest = run.experiment.plan.jobs.filter { $0.id != planned.id }.map(\.cost).reduce(0, +)
    // One worker, three times as slow as expected.
    let left = try #require(timeLeft(state))
    #expect(abs(left - 3 * rest) < 1e-6 * rest)
  }
}
