import Foundation
import GRDB
import Jobs
import Journal
import Scheduling
import TestSupport
import Testing
import Wire

/// The rows of a closed journal of these facts.
private func rows(of facts: [JournalEvent], at time: Date) throws -> [Row] {
  var rows: [Row] = []
  try withFolder { folder in
    try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
      .append(facts, at: time)
    let file = folder.appendingPathComponent(SQLiteJournal.fileName)
    rows = try DatabaseQueue(path: file.path).read {
      try Row.fetchAll($0, sql: "SELECT * FROM event ORDER BY sequence")
    }
  }
  return rows
}

@Test("the body of every row is its event's message, and the job column its job's digest")
func bodiesAreMessages() throws {
  var generator = SeededGenerator(seed: 31)
  var facts = (0..<50).flatMap { _ in generator.facts() }
  for metric in [Double.nan, .infinity, -.infinity] {
    var result = generator.result()
    result.metrics = ["gap": metric, "energy": 2]
    result.fingerprint = nil
    facts.append(
      .completed(Attempt(job: generator.planned().id, number: 1), by: WorkerID("\"\n"), result))
  }
  for (row, fact) in zip(try rows(of: facts, at: .distantPast), facts) {
    #expect(row["body"] as Data? == Data(Wire.encode(fact)))
    #expect(row["job"] as Data? == fact.job.digest.bytes)
    // Not a number is not equal to itself, so the events are compared by their bytes.
    #expect(try Wire.encode(Wire.decodeEvent(Data(Wire.encode(fact)))) == Wire.encode(fact))
  }
}

/// FNV-1a as Fowler, Noll and Vo define it, over the columns as they have always been taken.
@Test func everyChecksumIsThatOfItsRow() throws {
  var generator = SeededGenerator(seed: 32)
  let time = Date(timeIntervalSince1970: 1234.5)
  let rows = try rows(of: generator.facts(), at: time)
  #expect(rows.count > 10)
  for row in rows {
    var bytes = withUnsafeBytes(of: (1234.5).bitPattern.littleEndian) { Array($0) }
    for column in ["kind", "job", "body"] {
      bytes += Array((row[column] as Data?) ?? Data()) + [0]
    }
    let hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    #expect(row["checksum"] as Int64? == Int64(bitPattern: hash))
  }
}

@Test func aMillionBytesOfFactsComeBackInOrder() throws {
  // More than one portion, so that it is written on all cores.
  let job = JobID(digest: Digest(of: Data()))
  let facts = (1...10_000).map {
    JournalEvent.leased(Attempt(job: job, number: $0), to: WorkerID("w\($0)"))
  }
  try withFolder { folder in
    let journal = try SQLiteJournal(folder: folder, experiment: "lung", at: .distantPast)
    try journal.append(facts, at: .distantPast)
    #expect(try journal.replay(from: 1).map(\.event) == facts)
  }
}
