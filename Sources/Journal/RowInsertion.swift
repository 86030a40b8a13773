import GRDB
import GRDBSQLite

/// Adds rows to the journal's table within a transaction.
///
/// Through SQLite itself: the texts are bound where they lie, while GRDB wants each as a value of its
/// own, for three rows of every job.
struct RowInsertion {
  private let connection: Database
  private let statement: Statement
  private let time: Double

  init(into connection: Database, at time: Double) throws {
    (self.connection, self.time) = (connection, time)
    statement = try connection.cachedStatement(
      sql: "INSERT INTO event (time, kind, job, body, checksum) VALUES (?, ?, ?, ?, ?)")
  }

  /// Adds these rows. Throws `DatabaseError`.
  func insert(_ sheet: EventSheet) throws {
    let handle = statement.sqliteStatement
    // No row's memory is bound once the sheet is gone.
    defer { sqlite3_clear_bindings(handle) }
    try sheet.forEach { row in
      let kind = UnsafeRawBufferPointer(
        start: row.kind.utf8Start, count: row.kind.utf8CodeUnitCount)
      try check(sqlite3_bind_double(handle, 1, time))
      try check(bind(kind, at: 2))
      try check(bind(row.job, at: 3))
      try check(bind(row.body, at: 4))
      try check(sqlite3_bind_int64(handle, 5, RowChecksum.of(time, kind, row.job, row.body)))
      let status = sqlite3_step(handle)
      sqlite3_reset(handle)
      try check(status == SQLITE_DONE ? SQLITE_OK : status)
    }
  }

  private func bind(_ text: UnsafeRawBufferPointer, at place: CInt) -> CInt {
    sqlite3_bind_text(
      statement.sqliteStatement, place, text.baseAddress?.assumingMemoryBound(to: CChar.self),
      CInt(clamping: text.count), nil)
  }

  private func check(_ status: CInt) throws {
    guard status != SQLITE_OK else { return }
    throw DatabaseError(
      resultCode: ResultCode(rawValue: status), message: connection.lastErrorMessage)
  }
}
