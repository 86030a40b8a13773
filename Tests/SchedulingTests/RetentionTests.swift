import Jobs
import Scheduling
import Testing

/// A coordinator whose only worker runs attempt 1, and the checkpoints that it keeps.
private struct Shelf {
  let job = ExampleJobs.solve(1)
  var office: Office
  var retention: CheckpointRetention

  init() {
    office = Office([job, ExampleJobs.solve(2)])
    office.join("a")
    retention = CheckpointRetention(office.state.ledger)
  }

  /// The blobs that are obsolete after this.
  mutating func hear(_ messages: WorkerMessage...) -> [Digest] {
    let facts = messages.flatMap { office.hear($0, from: "a").events }
    return retention.obsolete(after: facts, in: office.state.ledger)
  }
}

private func digest(_ step: Int) -> Digest { ExampleJobs.checkpoint(step).blob.digest }

@Test func onlyTheNewestCheckpointIsKeptAndNoneOfADoneJob() {
  var shelf = Shelf()
  let attempt = shelf.job.attempt(1)
  #expect(shelf.hear(.checkpoint(attempt, ExampleJobs.checkpoint(25))).isEmpty)
  #expect(shelf.hear(.checkpoint(attempt, ExampleJobs.checkpoint(50))) == [digest(25)])
  #expect(
    shelf.hear(
      .checkpoint(attempt, ExampleJobs.checkpoint(75)),
      .checkpoint(attempt, ExampleJobs.checkpoint(100)))
      == [digest(50), digest(75)])
  #expect(shelf.hear(.finished(attempt, ExampleJobs.result(of: shelf.job.job))) == [digest(100)])
}

@Test func aCheckpointInDoubtGoesBeforeTheNextAttemptCanLeaveTheSameBytes() {
  var shelf = Shelf()
  let failure = JobFailure(message: "out of memory", isTransient: true)
  _ = shelf.hear(.checkpoint(shelf.job.attempt(1), ExampleJobs.checkpoint(25)))
  #expect(shelf.hear(.failed(shelf.job.attempt(1), failure)).isEmpty)
  #expect(shelf.hear(.failed(shelf.job.attempt(2), failure)) == [digest(25)])
  #expect(shelf.hear(.checkpoint(shelf.job.attempt(3), ExampleJobs.checkpoint(25))).isEmpty)
}

@Test func afterARestartTheSameCheckpointsAreKept() {
  var shelf = Shelf()
  _ = shelf.hear(.checkpoint(shelf.job.attempt(1), ExampleJobs.checkpoint(25)))
  let ledger = JobLedger(folding: shelf.office.journal)
  shelf.retention = CheckpointRetention(ledger)
  #expect(shelf.hear(.checkpoint(shelf.job.attempt(1), ExampleJobs.checkpoint(50))) == [digest(25)])
}
