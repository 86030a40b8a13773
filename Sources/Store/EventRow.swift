import Experiments
import Foundation
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

/// Events as JSON with sorted keys; metrics may be infinite or no numbers.
enum EventRow {
  static let encoder = CanonicalJSON(nonFinite: .text)

  /// The kind of `submitted`.
  static let submission = "submitted"

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
