import Jobs
import Scheduling
import Testing

/// A coordinator whose only worker runs attempt 1, and the checkpoints that it keeps.
private struct RetentionHarness {
  let job = ExampleJobs.solve(1)
  var coordinator: CoordinatorHarness
  var retention: CheckpointRetention

  init() {
    coordinator = CoordinatorHarness([job, ExampleJobs.solve(2)])
    coordinator.join("a")
    retention = CheckpointRetention(coordinator.state.ledger)
  }

  /// Returns the blobs that are obsolete after this message.
  mutating func hear(_ messages: WorkerMessage...) -> [Digest] {
    let facts = messages.flatMap { coordinator.hear($0, from: "a").events }
    return retention.obsolete(after: facts, in: coordinator.state.ledger)
  }
}

private func digest(_ step: Int) -> Digest { ExampleJobs.checkpoint(step).blob.digest }

@Test("only the newest checkpoint is kept, and none of a job that is done")
func keepsNewestCheckpoint() {
  var harness = RetentionHarness()
  let attempt = harness.job.attempt(1)
  #expect(harness.hear(.checkpoint(attempt, ExampleJobs.checkpoint(25))).isEmpty)
  #expect(harness.hear(.checkpoint(attempt, ExampleJobs.checkpoint(50))) == [digest(25)])
  #expect(
    harness.hear(
      .checkpoint(attempt, ExampleJobs.checkpoint(75)),
      .checkpoint(attempt, ExampleJobs.checkpoint(100)))
      == [digest(50), digest(75)])
  #expect(
    harness.hear(.finished(attempt, ExampleJobs.result(of: harness.job.job))) == [digest(100)])
}

@Test("a doubtful checkpoint is removed before the next attempt can save the same bytes")
func removesDoubtfulCheckpoint() {
  var harness = RetentionHarness()
  let failure = JobFailure(message: "out of memory", isTransient: true)
  _ = harness.hear(.checkpoint(harness.job.attempt(1), ExampleJobs.checkpoint(25)))
  #expect(harness.hear(.failed(harness.job.attempt(1), failure)).isEmpty)
  #expect(harness.hear(.failed(harness.job.attempt(2), failure)) == [digest(25)])
  #expect(harness.hear(.checkpoint(harness.job.attempt(3), ExampleJobs.checkpoint(25))).isEmpty)
}

@Test("after a restart the same checkpoints are kept") func keepsCheckpointsAfterRestart() {
  var harness = RetentionHarness()
  _ = harness.hear(.checkpoint(harness.job.attempt(1), ExampleJobs.checkpoint(25)))
  let ledger = JobLedger(folding: harness.coordinator.journal)
  harness.retention = CheckpointRetention(ledger)
  #expect(
    harness.hear(.checkpoint(harness.job.attempt(1), ExampleJobs.checkpoint(50))) == [digest(25)])
}
