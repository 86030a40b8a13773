import Errors
import Expectations
import Foundation
import GRDB
import Journal
import Scheduling
import TestSupport
import Testing

/// Whatever happens to the file, what is read of it is what was written, or nothing.
@Suite struct DamageTests {
  /// Facts in a closed journal, all in the database's file.
  private func journal(in folder: URL, batches: Int = 6) throws -> [JournalEvent] {
    var generator = SeededGenerator(seed: 21)
    var facts: [JournalEvent] = []
    let journal = try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
    for _ in 0..<batches {
      let batch = generator.facts()
      try journal.append(batch, at: .distantPast)
      facts += batch
    }
    return facts
  }

  /// What is read from a journal whose file has these bytes: its facts, or nil where it is refused.
  private func read(_ bytes: Data, at folder: URL) throws -> [JournalEvent]? {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try bytes.write(to: folder.appendingPathComponent(SQLiteJournal.fileName))
    do {
      let journal = try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
      return try journal.replay(from: 1).map(\.event)
    } catch let error as DipperError where error.domain == .journal {
      #expect(error.code == .journalDamaged, "\(error)")
      #expect(error.message.contains(folder.path), "\(error)")
      return nil
    }
  }

  @Test func aTruncatedFileIsRefused() throws {
    try withFolder { folder in
      let facts = try journal(in: folder)
      let whole = try Data(
        contentsOf: folder.appendingPathComponent(SQLiteJournal.fileName))
      #expect(try read(whole, at: folder.appendingPathComponent("whole")) == facts)
      for cut in stride(from: 1, to: whole.count, by: max(1, whole.count / 120)) {
        let events = try read(whole.prefix(cut), at: folder.appendingPathComponent("\(cut)"))
        #expect(events == nil, "cut after \(cut) of \(whole.count) bytes")
      }
    }
  }

  @Test func aDamagedPageNeverPassesForAnotherFact() throws {
    try withFolder { folder in
      // Enough to fill most of the pages.
      let facts = try journal(in: folder, batches: 24)
      let whole = try Data(
        contentsOf: folder.appendingPathComponent(SQLiteJournal.fileName))
      var generator = SeededGenerator(seed: 22)
      var refused = 0
      for trial in 0..<300 {
        var harmed = whole
        let offset = Int.random(in: 100..<whole.count, using: &generator)
        harmed[offset] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        // Damage may hide in what is not read: an index, free space. What is read is what was.
        let events = try read(harmed, at: folder.appendingPathComponent("\(trial)"))
        if let events { #expect(events == facts, "byte \(offset)") } else { refused += 1 }
      }
      #expect(refused > 100)
    }
  }

  @Test func aChangedNumberInAnEntryIsDamage() throws {
    try withFolder { folder in
      _ = try journal(in: folder)
      let file = folder.appendingPathComponent(SQLiteJournal.fileName)
      try DatabaseQueue(path: file.path).write {
        try $0.execute(sql: "UPDATE event SET time = time + 1 WHERE sequence = 2")
      }
      let opened = try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
      let error = expectError(in: .journal) { try opened.replay(from: 1) }
      #expect(error?.code == .journalDamaged)
      #expect(error?.description.contains("checksum") == true)
    }
  }

  @Test("a journal of an earlier schema is refused, with what to do")
  func earlierSchemasAreRefused() throws {
    try withFolder { folder in
      _ = try journal(in: folder)
      let file = folder.appendingPathComponent(SQLiteJournal.fileName)
      try DatabaseQueue(path: file.path).write {
        try $0.execute(sql: "UPDATE grdb_migrations SET identifier = '4'")
      }
      let reading = expectError(in: .journal) { try SQLiteJournal.read(folder: folder) }
      let opening = expectError(in: .journal) {
        try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
      }
      for error in [reading, opening] {
        #expect(error?.code == .journalTooOld)
        #expect(error?.message.contains(file.path) == true)
        #expect(error?.message.contains("with that release") == true)
      }
    }
  }
}
