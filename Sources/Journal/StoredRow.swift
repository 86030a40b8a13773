import Foundation
import GRDB
import Jobs
import Scheduling

/// A row of the journal as the database has it, which may be anything: nothing is believed before
/// its checksum has been compared.
struct StoredRow: Sendable {
  private let sequence: DatabaseValue
  private let time: DatabaseValue
  private let kind: DatabaseValue
  private let job: DatabaseValue
  private let body: DatabaseValue
  private let checksum: DatabaseValue

  /// The kind of `submitted`.
  private static let submission = "submitted"

  /// Rows that one thread decodes at a time.
  private static let portion = 2048

  /// The rows from `sequence` on, in order.
  static func all(_ connection: Database, from sequence: Int64) throws -> [StoredRow] {
    // Who only reads leaves the tables of an earlier release as they are.
    let isChecked = try connection.columns(in: "event").contains { $0.name == "checksum" }
    let rows = try Row.fetchCursor(
      connection,
      sql: """
        SELECT sequence, time, kind, job, body, \(isChecked ? "checksum" : "NULL") FROM event
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

  /// The entries in these rows, on all cores: a restart waits for it.
  ///
  /// - Parameter plan: jobs that need not be read from their rows: a job is its name.
  /// - Throws: `JournalError` of code `damaged` that names the first bad row.
  static func decode(
    _ rows: [StoredRow], from sequence: Int64, knowing plan: [PlannedJob], file: URL
  ) throws -> [JournalEntry] {
    let known = Dictionary(plan.map { ($0.id.description, $0) }, uniquingKeysWith: { $1 })
    let first = max(sequence, 1)
    return try inPortions(of: portion, count: rows.count) { range in
      let decoder = Self.decoder()
      return try range.map { place in
        try rows[place].entry(expecting: first + Int64(place), known, decoder, file: file)
      }
    }
  }

  private func entry(
    expecting expected: Int64, _ known: [String: PlannedJob], _ decoder: JSONDecoder, file: URL
  ) throws -> JournalEntry {
    do {
      guard Int64.fromDatabaseValue(sequence) == expected else {
        throw JournalError(.damaged, "entry \(expected) is missing")
      }
      guard let time = Double.fromDatabaseValue(time), let kind = String.fromDatabaseValue(kind),
        let job = String.fromDatabaseValue(job), let body = String.fromDatabaseValue(body)
      else { throw JournalError(.damaged, "it is no entry") }
      guard
        checksum.isNull
          || Int64.fromDatabaseValue(checksum) == Self.checksum(time, kind, job, body)
      else { throw JournalError(.damaged, "its checksum is another") }
      let event =
        if kind == Self.submission, let planned = known[job] {
          JournalEvent.submitted(planned)
        } else {
          try decoder.decode(JournalEvent.self, from: Data(body.utf8))
        }
      return JournalEntry(
        sequence: expected, time: Date(timeIntervalSince1970: time), event: event)
    } catch {
      throw JournalError(
        .damaged, "\(file.path): entry \(expected) cannot be read; restore the folder's backup",
        cause: error)
    }
  }

  private static func checksum(
    _ time: Double, _ kind: String, _ job: String, _ body: String
  ) -> Int64 {
    var (kind, job, body) = (kind, job, body)
    return kind.withUTF8 { kind in
      job.withUTF8 { job in
        body.withUTF8 { body in
          RowChecksum.of(
            time, UnsafeRawBufferPointer(kind), UnsafeRawBufferPointer(job),
            UnsafeRawBufferPointer(body))
        }
      }
    }
  }

  /// Reads bodies, in which metrics may be infinite or no numbers.
  private static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
