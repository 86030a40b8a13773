import Foundation
import Jobs
import Journal
import Scheduling
import TestSupport
import Testing

/// What every journal promises, over both that there are.
@Suite struct JournalContractTests {
  enum Engine: CaseIterable { case memory, sqlite }

  private func withJournal(_ engine: Engine, _ body: (any EventJournal) throws -> Void) throws {
    switch engine {
    case .memory: try body(MemoryJournal())
    case .sqlite:
      try withFolder { folder in
        try body(SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast))
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aNewJournalIsEmpty(_ engine: Engine) throws {
    try withJournal(engine) { journal in
      let entries = try journal.replay(from: 1)
      #expect(entries.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func everyFactComesBackInOrderWithItsTime(_ engine: Engine) throws {
    var generator = SeededGenerator(seed: 1)
    let batches = (0..<20).map { _ in generator.facts() }
    try withJournal(engine) { journal in
      for (index, batch) in batches.enumerated() {
        try journal.append(batch, at: Date(timeIntervalSince1970: Double(index) + 0.25))
      }
      let entries = try journal.replay(from: 1)
      #expect(entries.map(\.event) == batches.flatMap { $0 })
      #expect(entries.map(\.sequence) == Array(1...Int64(entries.count)))
      #expect(entries.last?.time == Date(timeIntervalSince1970: 19.25))
    }
  }

  @Test(arguments: Engine.allCases)
  func replayBeginsWhereItIsTold(_ engine: Engine) throws {
    var generator = SeededGenerator(seed: 2)
    let facts = generator.facts()
    try withJournal(engine) { journal in
      try journal.append(facts, at: .distantPast)
      #expect(try journal.replay(from: 3).map(\.event) == Array(facts[2...]))
      #expect(try journal.replay(from: 0).count == facts.count)
      #expect(try journal.replay(from: -5).count == facts.count)
      #expect(try journal.replay(from: 100).isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func appendingNothingChangesNothing(_ engine: Engine) throws {
    try withJournal(engine) { journal in
      try journal.append([], at: .distantPast)
      #expect(try journal.replay(from: 1).isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func metricsThatAreNoNumbersAreKept(_ engine: Engine) throws {
    var generator = SeededGenerator(seed: 3)
    var result = generator.result()
    result.metrics = ["loss": .nan, "energy": -.infinity]
    let attempt = Attempt(job: generator.planned().id, number: 1)
    try withJournal(engine) { journal in
      try journal.append(
        [.completed(attempt, by: WorkerID("one"), result)], at: .distantPast)
      guard case .completed(_, _, let back) = try journal.replay(from: 1).first?.event else {
        Issue.record("another fact came back")
        return
      }
      #expect(back.metrics["loss"]?.isNaN == true)
      #expect(back.metrics["energy"] == -.infinity)
    }
  }
}
