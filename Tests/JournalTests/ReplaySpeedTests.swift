import Foundation
import Jobs
import Journal
import Scheduling
import TestSupport
import Testing

/// A restart must not keep the workers waiting, however long the run's history is.
///
/// `DIPPER_JOURNAL_JOBS=100000` measures a history of that length; writing it takes half a minute.
@Test(.timeLimit(.minutes(5))) func aLongJournalIsReplayedWithTheJobsThatThePlanKnows() throws {
  let wanted = ProcessInfo.processInfo.environment["DIPPER_JOURNAL_JOBS"].flatMap { Int($0) }
  let count = wanted ?? 2000
  try withFolder { folder in
    let journal = try SQLiteJournal(folder: folder, experiment: "long", at: .distantPast)
    let clock = ContinuousClock()
    for first in stride(from: 0, to: count, by: 1000) {
      try journal.append(LongRun.events(first..<min(count, first + 1000)), at: .distantPast)
    }
    let plan = (0..<count).map(LongRun.planned)
    var events: [JournalEvent] = []
    let read = try clock.measure {
      events = try journal.replay(from: 1, knowing: plan).map(\.event)
    }
    var ledger: JobLedger?
    let folded = clock.measure {
      ledger = JobLedger(folding: events)
    }
    print("journal: \(events.count) facts of \(count) jobs read in \(read), folded in \(folded)")
    #expect(try journal.replay(from: 1).map(\.event) == events)
    #expect(ledger?.jobs.count == count)
    #expect(ledger?.jobs.allSatisfy { $0.completion != nil } == true)
  }
}

/// A run of many small jobs, each done at its first attempt.
private enum LongRun {
  static func events(_ numbers: Range<Int>) -> [JournalEvent] {
    numbers.flatMap { number -> [JournalEvent] in
      let planned = planned(number)
      let attempt = Attempt(job: planned.id, number: 1)
      let output = JobOutput(
        role: .mask(case: 0), blob: BlobReference(digest: digest, size: 1000), seconds: 1)
      let result = JobResult(
        outputs: [output], metrics: ["loss": 0.5, "energy": -1.25, "fit": 0.9], seconds: 1.5,
        peakMemory: 1 << 28, fingerprint: ["libtorch": "2.15.0", "instructions": "AVX2"])
      let worker = WorkerID("node-4711-9f3a")
      return [
        .submitted(planned), .leased(attempt, to: worker),
        .completed(attempt, by: worker, result),
      ]
    }
  }

  static func planned(_ number: Int) -> PlannedJob {
    let job = Job.example(
      .fit, number: number, inputs: [CaseInput(image: digest, markers: digest)])
    return PlannedJob(job: job, dataset: "long", cases: ["\(number)"], cost: 1)
  }

  private static let digest = Digest(of: Data("bytes".utf8))
}
