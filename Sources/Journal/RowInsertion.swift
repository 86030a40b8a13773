import GRDB
import GRDBSQLite

/// Adds rows to the journal's table within a transaction.
///
/// It calls SQLite directly, because every job causes at least three rows and GRDB would copy each
/// value into a new object. SQLite reads the bytes in place.
struct RowInsertion {
  private let connection: Database
  private let statement: Statement
  private let time: Double

  init(into connection: Database, at time: Double) throws {
    self.connection = connection
    self.time = time
    statement = try connection.cachedStatement(
      sql: "INSERT INTO event (time, kind, job, body, checksum) VALUES (?, ?, ?, ?, ?)")
  }

  /// Adds the rows of some events.
  ///
  /// - Throws: `DatabaseError`.
  func insert(_ events: EncodedEvents) throws {
    let handle = statement.sqliteStatement
    // The statement must not refer to a row's memory after the events are freed.
    defer { sqlite3_clear_bindings(handle) }
    try events.forEach { row in
      let kind = UnsafeRawBufferPointer(
        start: row.kind.utf8Start, count: row.kind.utf8CodeUnitCount)
      try check(sqlite3_bind_double(handle, 1, time))
      try check(
        sqlite3_bind_text(
          handle, 2, kind.baseAddress?.assumingMemoryBound(to: CChar.self),
          CInt(clamping: kind.count), nil))
      try check(bind(row.job, at: 3))
      try check(bind(row.body, at: 4))
      let checksum = RowChecksum(time: time, kind: kind, job: row.job, body: row.body)
      try check(sqlite3_bind_int64(handle, 5, checksum.value))
      let status = sqlite3_step(handle)
      sqlite3_reset(handle)
      try check(status == SQLITE_DONE ? SQLITE_OK : status)
    }
  }

  private func bind(_ bytes: UnsafeRawBufferPointer, at index: CInt) -> CInt {
    sqlite3_bind_blob(
      statement.sqliteStatement, index, bytes.baseAddress, CInt(clamping: bytes.count), nil)
  }

  private func check(_ status: CInt) throws {
    guard status != SQLITE_OK else { return }
    throw DatabaseError(
      resultCode: ResultCode(rawValue: status), message: connection.lastErrorMessage)
  }
}
