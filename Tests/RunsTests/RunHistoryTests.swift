import Blobs
import Foundation
import Imaging
import Jobs
import Journal
import RunFixtures
import Runs
import Scheduling
import Synchronization
import Testing

/// The journal of a run is read once and folded once, however many questions are asked of it.
struct RunHistoryTests {
  /// A journal that counts how often it is read.
  private final class CountingJournal: EventJournal {
    private let journal = MemoryJournal()
    private let count = Mutex(0)

    var replays: Int { count.withLock(\.self) }

    func append(_ events: [JournalEvent], at time: Date) throws {
      journal.append(events, at: time)
    }

    func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry] {
      count.withLock { $0 += 1 }
      return journal.replay(from: sequence, knowing: plan)
    }

    var entries: [JournalEntry] { journal.replay(from: 1) }
  }

  /// Opens a session on a run of which one of two results is missing, so that opening it asks for the
  /// state of every job and appends an event.
  private func session(
    _ run: RecordedRun, journal: CountingJournal, reusing others: [URL] = []
  ) throws -> RunSession {
    try journal.append(run.events, at: .distantPast)
    return try RunSession(
      run.experiment, in: run.directory, journal: journal, reusing: others, at: .distantPast,
      notify: { _ in })
  }

  private func finishedRun() throws -> RecordedRun {
    var run = try RecordedRun(methods: "[TV]")
    for id in ["c3", "c4"] {
      let mask = try Mask(contentsOf: run.data.file("\(id).png"))
      try run.complete(try #require(run.job("set TV solve \(id)")), masks: [mask])
    }
    return run
  }

  @Test("opening and finishing a run reads its journal once and folds every event once")
  func readsOnce() throws {
    let run = try finishedRun()
    defer { run.remove() }
    let missing = try #require(run.history.jobs.first?.completion?.result.outputs.first)
    run.directory.blobs.remove(missing.blob.digest)
    let journal = CountingJournal()
    var session = try session(run, journal: journal)
    #expect(session.doneCount == 1 && session.contestedCount == 0 && !session.needsSelection)
    session.conclude(with: session.history)
    #expect(journal.replays == 1)
    #expect(session.history.ledger.eventCount == journal.entries.count)
    #expect(journal.entries.count == run.events.count + 1)
  }

  @Test("importing results from another run does not read the journal again")
  func importsWithoutReading() throws {
    let source = try finishedRun()
    let target = try RecordedRun(methods: "[TV]")
    defer {
      source.remove()
      target.remove()
    }
    do {
      let journal = try SQLiteJournal(
        folder: source.directory.folder, experiment: "x", at: .distantPast)
      try journal.append(source.events, at: .distantPast)
    }
    let journal = CountingJournal()
    let session = try session(target, journal: journal, reusing: [source.directory.folder])
    #expect(session.doneCount == 2)
    #expect(journal.replays == 1)
    #expect(session.history.ledger.eventCount == journal.entries.count)
  }

  @Test("a history that is appended to equals one that is folded from the start")
  func appendingEqualsFolding() throws {
    let run = try finishedRun()
    defer { run.remove() }
    for split in 0...run.events.count {
      var history = RunHistory(folding: Array(run.events[..<split]))
      history.append(Array(run.events[split...]))
      #expect(history.jobs == run.history.jobs)
    }
  }
}
