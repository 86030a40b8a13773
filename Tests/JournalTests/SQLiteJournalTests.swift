import Errors
import Foundation
import GRDB
import Journal
import Scheduling
import TestSupport
import Testing

private func open(_ folder: URL, experiment: String = "lung", pages: Int? = nil) throws
  -> SQLiteJournal
{
  try SQLiteJournal(folder: folder, experiment: experiment, at: .distantPast, pageLimit: pages)
}

/// The code of the error that `body` throws, or nil where it throws none.
private func code(_ body: () throws -> Void) -> DipperError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? DipperError)?.code
  }
}

@Test func aReopenedJournalGoesOnWhereItEnded() throws {
  var generator = SeededGenerator(seed: 1)
  let first = generator.facts()
  let second = generator.facts()
  try withFolder { folder in
    try open(folder).append(first, at: .distantPast)
    let journal = try open(folder)
    try journal.append(second, at: .distantPast)
    #expect(try journal.replay(from: 1).map(\.event) == first + second)
  }
}

/// Copies the files as they are while the journal is open, which is what a kill leaves behind.
private func copyAsKilled(_ folder: URL, to name: String) throws -> URL {
  let copy = folder.appendingPathComponent(name)
  try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
  where name.hasPrefix(SQLiteJournal.fileName) && !name.hasSuffix("-shm") {
    try FileManager.default.copyItem(
      at: folder.appendingPathComponent(name), to: copy.appendingPathComponent(name))
  }
  return copy
}

@Test func whatWasAppendedSurvivesTheLossOfTheProcess() throws {
  var generator = SeededGenerator(seed: 2)
  let facts = generator.facts()
  try withFolder { folder in
    let journal = try open(folder)
    try journal.append(facts, at: .distantPast)
    let copy = try copyAsKilled(folder, to: "copy")
    #expect(try open(copy).replay(from: 1).map(\.event) == facts)
    #expect(try journal.replay(from: 1).count == facts.count)
  }
}

@Test func openingBringsHomeWhatAKilledProcessLeftInTheLog() throws {
  var generator = SeededGenerator(seed: 4)
  let facts = generator.facts()
  try withFolder { folder in
    let journal = try open(folder)
    try journal.append(facts, at: .distantPast)
    let killed = try copyAsKilled(folder, to: "killed")
    let reopened = try open(killed)
    let file = folder.appendingPathComponent("main")
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
    // The database's file without its log: a checkpoint syncs the log, then writes and syncs this.
    try FileManager.default.copyItem(
      at: killed.appendingPathComponent(SQLiteJournal.fileName),
      to: file.appendingPathComponent(SQLiteJournal.fileName))
    #expect(try open(file).replay(from: 1).map(\.event) == facts)
    #expect(try reopened.replay(from: 1).count == facts.count)
    #expect(try journal.replay(from: 1).count == facts.count)
  }
}

@Test func aTornLastTransactionIsNeverRead() throws {
  var generator = SeededGenerator(seed: 3)
  let first = generator.facts()
  let second = generator.facts()
  try withFolder { folder in
    let journal = try open(folder)
    try journal.append(first, at: .distantPast)
    try journal.append(second, at: .distantPast)
    let file = folder.appendingPathComponent(SQLiteJournal.fileName)
    let log = try Data(contentsOf: URL(fileURLWithPath: file.path + "-wal"))
    let whole = try Data(contentsOf: file)
    for cut in stride(from: 0, through: log.count, by: 997) {
      let copy = folder.appendingPathComponent("cut-\(cut)")
      try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
      let torn = copy.appendingPathComponent(SQLiteJournal.fileName)
      try whole.write(to: torn)
      try log.prefix(cut).write(to: URL(fileURLWithPath: torn.path + "-wal"))
      let events = try open(copy).replay(from: 1).map(\.event)
      #expect([[], first, first + second].contains(events), "cut after \(cut) bytes")
    }
    #expect(try journal.replay(from: 1).count == first.count + second.count)
  }
}

@Test func aSecondCoordinatorOnTheFolderIsRefused() throws {
  try withFolder { folder in
    let journal = try open(folder)
    #expect(code { _ = try open(folder) } == .runDirectoryInUse)
    #expect(try journal.replay(from: 1).isEmpty)
  }
}

@Test func theFolderIsFreeAgainAfterTheJournalIsGone() throws {
  try withFolder { folder in
    _ = try open(folder)
    #expect(code { _ = try open(folder) } == nil)
  }
}

@Test func anotherExperimentsFolderIsRefused() throws {
  try withFolder { folder in
    _ = try open(folder, experiment: "lung")
    #expect(code { _ = try open(folder, experiment: "liver") } == .runDirectoryOfOtherExperiment)
  }
}

@Test func aFullDiskIsNamedAndLosesNothing() throws {
  var generator = SeededGenerator(seed: 4)
  let facts = generator.facts()
  try withFolder { folder in
    let journal = try open(folder, pages: 40)
    var appended = 0
    #expect(
      code {
        while appended < 10_000 {
          try journal.append(facts, at: .distantPast)
          appended += 1
        }
      } == .journalDiskFull)
    #expect(appended > 0)
    #expect(try journal.replay(from: 1).count == appended * facts.count)
  }
}

@Test func aFolderThatCannotBeMadeIsNamed() {
  #expect(code { _ = try open(URL(fileURLWithPath: "/proc/dipper")) } == .journalInaccessible)
  #expect(
    code { _ = try open(URL(fileURLWithPath: "/proc/self/status/x")) } == .journalInaccessible)
}

@Test func aFileThatIsNoJournalIsNamed() throws {
  try withFolder { folder in
    let file = folder.appendingPathComponent(SQLiteJournal.fileName)
    try Data(repeating: 7, count: 8192).write(to: file)
    #expect(code { _ = try open(folder) } == .journalDamaged)
  }
}

@Test func tenThousandFactsInOneAppendTakeNoLongerThanSeconds() throws {
  var generator = SeededGenerator(seed: 5)
  let facts = (0..<1250).flatMap { _ in generator.facts() }
  try withFolder { folder in
    let journal = try open(folder)
    let seconds = try ContinuousClock().measure { try journal.append(facts, at: .distantPast) }
    let replay = try ContinuousClock().measure { _ = try journal.replay(from: 1) }
    #expect(try journal.replay(from: 1).count == facts.count)
    print("journal: \(facts.count) facts appended in \(seconds), replayed in \(replay)")
    #expect(seconds < .seconds(10))
  }
}

@Test func aLaterReleasesJournalIsRefused() throws {
  try withFolder { folder in
    _ = try open(folder)
    try alter(folder, "INSERT INTO grdb_migrations (identifier) VALUES ('999')")
    #expect(code { _ = try open(folder) } == .journalTooNew)
  }
}

@Test func aMissingOrUnreadableEntryIsDamage() throws {
  var generator = SeededGenerator(seed: 6)
  for harm in [
    "DELETE FROM event WHERE sequence = 3",
    "UPDATE event SET body = x'7b' WHERE sequence = 3",
  ] {
    try withFolder { folder in
      try open(folder).append(generator.facts(), at: .distantPast)
      try alter(folder, harm)
      let journal = try open(folder)
      #expect(code { _ = try journal.replay(from: 1) } == .journalDamaged)
    }
  }
}

/// What no release of dipper would do to its journal.
private func alter(_ folder: URL, _ sql: String) throws {
  let file = folder.appendingPathComponent(SQLiteJournal.fileName)
  try DatabaseQueue(path: file.path).write { try $0.execute(sql: sql) }
}
