import Errors
import Foundation
import GRDB
import Jobs
import Scheduling
import SystemPackage

/// A journal in the file `journal.sqlite` of a folder. Every `append` is one transaction, which is
/// on disk when the call returns, so no appended event is lost if the process is killed. Only one
/// process at a time can have the journal open for writing.
public final class SQLiteJournal: EventJournal {
  /// The name of the file in its folder.
  public static let fileName = "journal.sqlite"

  /// The largest number of events whose rows are held in memory at once.
  private static let batchSize = 1 << 16

  private let file: URL
  private let database: DatabaseQueue
  private let lock: FolderLock

  /// Opens the journal of an experiment. It creates the journal and its folder if they are missing.
  ///
  /// - Parameters:
  ///   - folder: The folder, which no other process may have open.
  ///   - experiment: The name of the experiment. A folder belongs to one experiment only.
  ///   - time: The present time, which a new journal records.
  /// - Throws: `DipperError` of the domain `journal`.
  public convenience init(folder: URL, experiment: String, at time: Date) throws {
    try self.init(folder: folder, experiment: experiment, at: time, pageLimit: nil)
  }

  /// Opens or creates a journal of at most `pageLimit` pages of 4 KiB. Tests use the limit to
  /// simulate a full disk.
  package init(folder: URL, experiment: String, at time: Date, pageLimit: Int?) throws {
    let file = folder.appendingPathComponent(Self.fileName)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw DipperError(.journalInaccessible, "cannot make the folder \(folder.path)", cause: error)
    }
    lock = try FolderLock(folder: folder)
    database = try Self.translatingErrors(of: file) { try Self.open(file, pageLimit: pageLimit) }
    self.file = file
    try Self.translatingErrors(of: file) {
      try database.write { try Self.claim($0, by: experiment, file: file, at: time) }
    }
  }

  private static func open(_ file: URL, pageLimit: Int?) throws -> DatabaseQueue {
    // SQLite would treat a file that is shorter than its header as a new one.
    let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    guard size ?? 0 == 0 || size ?? 0 >= 100 else {
      throw DipperError(.journalDamaged, "\(file.path) is damaged: it was cut off; restore it")
    }
    var configuration = Configuration()
    configuration.journalMode = .wal
    // A reader, such as `dipper status`, may hold the file for a moment, while it is being created too.
    configuration.busyMode = .timeout(5)
    let database = try DatabaseQueue(path: file.path, configuration: configuration)
    try database.writeWithoutTransaction { connection in
      // This is set after opening, because setting the journal mode lowers it to NORMAL, with which
      // a power failure can undo the last transactions.
      try connection.execute(sql: "PRAGMA synchronous = FULL")
      // This syncs transactions that an earlier process wrote but may not have synced, before they
      // are relied on.
      try connection.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
      if let pageLimit { try connection.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
    }
    try database.read { try Schema.check($0, file: file) }
    try Schema.migrator.migrate(database)
    return database
  }

  /// Writes the experiment's name into a new journal, or compares it with the recorded name.
  private static func claim(
    _ connection: Database, by experiment: String, file: URL, at time: Date
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

  /// Records events in one transaction.
  public func append(_ events: [JournalEvent], at time: Date) throws {
    guard !events.isEmpty else { return }
    try Self.translatingErrors(of: file) {
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

  /// Runs `body` in a transaction. Its BEGIN and COMMIT are compiled only once, because compiling
  /// them each time, as the library's own transactions do, costs 0.05 ms per commit.
  private static func transact(
    _ connection: Database, body: () throws -> Void
  ) throws {
    try connection.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
    do {
      try body()
      try connection.cachedStatement(sql: "COMMIT").execute()
    } catch {
      // Some failures, such as a full disk, have ended the transaction already.
      if connection.isInsideTransaction { try? connection.rollback() }
      throw error
    }
  }

  /// Returns the entries from `sequence` on. A gap or an unreadable row is an error of code
  /// `journalDamaged`.
  public func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry] {
    let rows = try Self.translatingErrors(of: file) {
      try database.read { try StoredRow.all($0, from: sequence) }
    }
    return try StoredRow.decode(rows, from: sequence, knowing: plan, file: file)
  }

  /// Returns true if a process has the journal in `folder` open for writing at this moment.
  public static func isInUse(_ folder: URL) -> Bool { FolderLock.isHeld(folder) }

  /// Returns all entries of the journal in `folder`, which another process may be writing.
  ///
  /// - Throws: `DipperError` of the domain `journal`, of code `journalInaccessible` if there is no
  ///   journal.
  public static func read(folder: URL) throws -> [JournalEntry] {
    let file = folder.appendingPathComponent(fileName)
    try checkReadable(file)
    let rows = try translatingErrors(of: file) {
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

  /// Throws the reason if a journal cannot be read.
  private static func checkReadable(_ file: URL) throws {
    do { try FileDescriptor.open(file.path, .readOnly, options: .closeOnExec).close() } catch {
      let folder = file.deletingLastPathComponent().path
      if error as? Errno == .noSuchFileOrDirectory {
        throw DipperError(
          .journalInaccessible, "\(folder) is not the folder of a run: it has no journal")
      }
      throw DipperError(
        .journalInaccessible,
        "\(file.path) cannot be read: ask its owner for permission to read the run directory",
        cause: error)
    }
  }

  /// Runs `body`, and converts an error of the database into a `DipperError` that says what to do.
  private static func translatingErrors<Value>(
    of file: URL, from body: () throws -> Value
  ) throws -> Value {
    do { return try body() } catch let error as DatabaseError {
      throw DipperError(error, file: file)
    }
  }
}

extension DipperError {
  /// Creates the error that explains a failure of the database in `file` and says what to do.
  fileprivate init(_ error: DatabaseError, file: URL) {
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .journalDiskFull, "the disk of \(file.path) is full; free some space and start again",
        cause: error)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR:
      self.init(
        .journalInaccessible,
        "cannot write \(file.path); check the disk and its permissions (SQLite writes beside the file "
          + "also to read it: copy a run directory that you may only read)", cause: error)
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
