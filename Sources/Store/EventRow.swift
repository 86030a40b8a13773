import Experiments
import Foundation
import GRDB
import Scheduling

extension JournalEvent {
  /// The event's name in the journal's `kind` column.
  var kind: String {
    switch self {
    case .submitted: EventRow.submission
    case .leased: "leased"
    case .checkpointed: "checkpointed"
    case .completed: "completed"
    case .failed: "failed"
    case .lost: "lost"
    case .released: "released"
    case .setAside: "setAside"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .imported: "imported"
    case .auditLeased: "auditLeased"
    case .audited: "audited"
    }
  }
}

/// An event as the journal's table has it: JSON with sorted keys, where metrics may be infinite or no
/// numbers.
struct EventRow: Sendable {
  private static let encoder = CanonicalJSON(nonFinite: .text)

  /// The kind of `submitted`.
  static let submission = "submitted"

  /// Events that one thread writes down at a time.
  private static let portion = 2048

  private let time: Double
  private let kind: String
  private let job: String
  private let body: String

  private init(_ event: JournalEvent, at time: Double) throws {
    (self.time, kind, job) = (time, event.kind, event.job.description)
    body = String(decoding: try Self.encoder.encode(event), as: UTF8.self)
  }

  /// The rows of these events, in order; of very many, as an experiment of a million jobs is, on all
  /// cores.
  static func rows(of events: [JournalEvent], at time: Double) throws -> [EventRow] {
    try inPortions(of: portion, count: events.count) { range in
      try events[range].map { try EventRow($0, at: time) }
    }
  }

  /// The values of the columns time, kind, job, body and checksum.
  var arguments: StatementArguments {
    [time, kind, job, body, Self.checksum(time, kind, job, body)]
  }

  /// FNV-1a of a row, in 64 bits: any damage within one byte is found for certain.
  static func checksum(_ time: Double, _ kind: String, _ job: String, _ body: String) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    withUnsafeBytes(of: time.bitPattern.littleEndian) { for byte in $0 { take(byte) } }
    for text in [kind, job, body] {
      for byte in text.utf8 { take(byte) }
      take(0)
    }
    return Int64(bitPattern: hash)
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
