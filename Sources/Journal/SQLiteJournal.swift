import Errors
import Foundation
import GRDB
import Jobs
import Scheduling

/// A journal in the file `journal.sqlite` of a folder: one transaction per `append`, on disk when
/// it returns. One process at a time; killing it at any moment loses nothing that was appended.
public final class SQLiteJournal: EventJournal {
  /// The file's name in its folder.
  public static let fileName = "journal.sqlite"

  /// Events whose rows are held in memory at once.
  private static let batchSize = 1 << 16

  private let file: URL
  private let database: DatabaseQueue
  private let lock: FolderLock

  /// Opens the journal of an experiment, or begins it; makes the folder if there is none.
  ///
  /// - Parameters:
  ///   - folder: the state folder, which no other process may have open.
  ///   - experiment: the experiment's name, which is that of the folder for good.
  ///   - time: now, for a new journal's record.
  /// Throws `DipperError`.
  public convenience init(folder: URL, experiment: String, at time: Date) throws {
    try self.init(folder: folder, experiment: experiment, at: time, pageLimit: nil)
  }

  /// As above; with so many pages of SQLite's, of 4 KiB, for a disk.
  package init(folder: URL, experiment: String, at time: Date, pageLimit: Int?) throws {
    let file = folder.appendingPathComponent(Self.fileName)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw DipperError(.journalInaccessible, "cannot make the folder \(folder.path)", cause: error)
    }
    lock = try FolderLock(folder: folder)
    database = try Self.reporting(file) { try Self.open(file, pageLimit: pageLimit) }
    self.file = file
    try Self.reporting(file) { try database.write { try Self.claim($0, experiment, file, time) } }
  }

  private static func open(_ file: URL, pageLimit: Int?) throws -> DatabaseQueue {
    // SQLite takes what is shorter than a header for a new file.
    let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    guard size ?? 0 == 0 || size ?? 0 >= 100 else {
      throw DipperError(.journalDamaged, "\(file.path) is damaged: it was cut off; restore it")
    }
    var configuration = Configuration()
    configuration.journalMode = .wal
    let database = try DatabaseQueue(path: file.path, configuration: configuration)
    try database.writeWithoutTransaction { connection in
      // After opening: setting the journal mode lowers this to NORMAL, which a power cut undoes.
      try connection.execute(sql: "PRAGMA synchronous = FULL")
      // What an earlier process wrote and did not live to sync is synced before anyone relies on it.
      try connection.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
      if let pageLimit { try connection.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
    }
    try database.read { try Schema.check($0, file: file) }
    try Schema.migrator.migrate(database)
    return database
  }

  /// Writes the experiment's name, or compares it with the one that is there.
  private static func claim(
    _ connection: Database, _ experiment: String, _ file: URL, _ time: Date
  ) throws {
    let name = try DatabaseValue.fetchOne(connection, sql: "SELECT name FROM experiment")
    let owner = name.flatMap { String.fromDatabaseValue($0) }
    if let owner, owner != experiment {
      throw DipperError(
        .runDirectoryOfOtherExperiment,
        "\(file.path) belongs to the experiment \(owner), not to \(experiment); "
          + "choose another folder")
    }
    try connection.execute(
      sql: "INSERT OR IGNORE INTO experiment (id, name, created) VALUES (1, ?, ?)",
      arguments: [experiment, time.timeIntervalSince1970])
  }

  /// Records these facts in one transaction.
  public func append(_ events: [JournalEvent], at time: Date) throws {
    guard !events.isEmpty else { return }
    try Self.reporting(file) {
      try database.writeWithoutTransaction { connection in
        try Self.transact(connection) {
          let insertion = try RowInsertion(into: connection, at: time.timeIntervalSince1970)
          for start in stride(from: 0, to: events.count, by: Self.batchSize) {
            let some = events[start..<min(start + Self.batchSize, events.count)]
            for encoded in try EncodedEvents.encoding(some) { try insertion.insert(encoded) }
          }
        }
      }
    }
  }

  /// As the library's own transactions, but with statements that are compiled once: of a commit of one
  /// job's facts they take a twentieth of a millisecond.
  private static func transact(_ connection: Database, _ body: () throws -> Void) throws {
    try connection.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
    do {
      try body()
      try connection.cachedStatement(sql: "COMMIT").execute()
    } catch {
      // Some failures, as that of a full disk, have ended it already.
      if connection.isInsideTransaction { try? connection.rollback() }
      throw error
    }
  }

  /// The entries from `sequence` on; a gap or an unreadable row is reported as damage.
  public func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry] {
    let rows = try Self.reporting(file) {
      try database.read { try StoredRow.all($0, from: sequence) }
    }
    return try StoredRow.decode(rows, from: sequence, knowing: plan, file: file)
  }

  /// Returns true if a process has the journal in `folder` open for writing at this moment.
  public static func isInUse(_ folder: URL) -> Bool { FolderLock.isHeld(folder) }

  /// All entries of the journal in `folder`, for reading alone: another process may be writing it.
  ///
  /// Throws `DipperError`, of code `journalInaccessible` where there is no journal.
  public static func read(folder: URL) throws -> [JournalEntry] {
    let file = folder.appendingPathComponent(fileName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw DipperError(
        .journalInaccessible, "\(folder.path) is not the folder of a run: it has no journal")
    }
    let rows = try reporting(file) {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      let database = try DatabaseQueue(path: file.path, configuration: configuration)
      return try database.read {
        try Schema.check($0, file: file)
        return try StoredRow.all($0, from: 1)
      }
    }
    return try StoredRow.decode(rows, from: 1, knowing: [], file: file)
  }

  /// Says the database's errors in the user's words.
  private static func reporting<Value>(_ file: URL, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError {
      throw DipperError(error, file: file)
    }
  }
}

extension DipperError {
  /// What the database's error means for the user of `file`.
  fileprivate init(_ error: DatabaseError, file: URL) {
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .journalDiskFull, "the disk of \(file.path) is full; free some space and start again",
        cause: error)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR:
      self.init(
        .journalInaccessible, "cannot write \(file.path); check the disk and its permissions",
        cause: error)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .journalDamaged,
        "\(file.path) is damaged or no journal; restore it or choose another folder",
        cause: error)
    default:
      self.init(.journalFailed, "the database \(file.path) failed", cause: error)
    }
  }
}
