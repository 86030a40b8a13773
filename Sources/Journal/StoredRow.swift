import Errors
import Foundation
import GRDB
import Jobs
import Scheduling
import Wire

/// A row of the journal as the database returns it. Its values are not trusted until the checksum
/// has been compared.
struct StoredRow: Sendable {
  private let sequence: DatabaseValue
  private let time: DatabaseValue
  private let kind: DatabaseValue
  private let job: DatabaseValue
  private let body: DatabaseValue
  private let checksum: DatabaseValue

  /// The number of rows that one thread decodes at a time.
  private static let chunkSize = 2048

  /// Fetches the rows from `sequence` on, in order.
  static func all(_ connection: Database, from sequence: Int64) throws -> [StoredRow] {
    let rows = try Row.fetchCursor(
      connection,
      sql: """
        SELECT sequence, time, kind, job, body, checksum FROM event
        WHERE sequence >= ? ORDER BY sequence
        """, arguments: [sequence])
    var all: [StoredRow] = []
    while let row = try rows.next() {
      all.append(
        StoredRow(
          sequence: row[0], time: row[1], kind: row[2], job: row[3], body: row[4],
          checksum: row[5]))
    }
    return all
  }

  /// Decodes rows on all cores, because a restart waits until they are decoded.
  ///
  /// - Parameter plan: Jobs that need not be decoded from their rows, because the name of a job
  ///   determines its content.
  /// - Throws: `DipperError` of code `journalDamaged` that names the first bad row.
  static func decode(
    _ rows: [StoredRow], from sequence: Int64, knowing plan: [PlannedJob], file: URL
  ) throws -> [JournalEntry] {
    let known = Dictionary(plan.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    let first = max(sequence, 1)
    return try concurrentChunks(of: chunkSize, count: rows.count) { range in
      try range.map { index in
        let expected = first + Int64(index)
        do { return try rows[index].entry(expecting: expected, knowing: known) } catch {
          throw DipperError(
            .journalDamaged,
            "\(file.path): entry \(expected) cannot be read; restore the folder's backup",
            cause: error)
        }
      }
    }
  }

  private func entry(
    expecting expected: Int64, knowing plan: [JobID: PlannedJob]
  ) throws -> JournalEntry {
    guard Int64.fromDatabaseValue(sequence) == expected else {
      throw DipperError(.journalDamaged, "entry \(expected) is missing")
    }
    guard let time = Double.fromDatabaseValue(time), let kind = String.fromDatabaseValue(kind),
      let job = Data.fromDatabaseValue(job), let body = Data.fromDatabaseValue(body)
    else { throw DipperError(.journalDamaged, "a column has another type") }
    guard
      Int64.fromDatabaseValue(checksum)
        == Self.checksum(time: time, kind: kind, job: job, body: body)
    else { throw DipperError(.journalDamaged, "its checksum is another") }
    return JournalEntry(
      sequence: expected, time: Date(timeIntervalSince1970: time),
      event: try event(kind: kind, job: job, body: body, knowing: plan))
  }

  private func event(
    kind: String, job: Data, body: Data, knowing plan: [JobID: PlannedJob]
  ) throws -> JournalEvent {
    if kind == "submitted", let digest = Digest(bytes: job),
      let planned = plan[JobID(digest: digest)]
    {
      return .submitted(planned)
    }
    return try Wire.decodeEvent(body)
  }

  private static func checksum(time: Double, kind: String, job: Data, body: Data) -> Int64 {
    var kind = kind
    return kind.withUTF8 { kind in
      job.withUnsafeBytes { job in
        body.withUnsafeBytes { body in
          RowChecksum(time: time, kind: UnsafeRawBufferPointer(kind), job: job, body: body).value
        }
      }
    }
  }
}
