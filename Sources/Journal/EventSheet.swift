import Jobs
import Scheduling

extension JournalEvent {
  /// The event's name in the journal's `kind` column.
  var kind: StaticString {
    switch self {
    case .submitted: "submitted"
    case .leased: "leased"
    case .checkpointed: "checkpointed"
    case .completed: "completed"
    case .failed: "failed"
    case .lost: "lost"
    case .released: "released"
    case .discarded: "discarded"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .imported: "imported"
    case .auditLeased: "auditLeased"
    case .audited: "audited"
    }
  }
}

/// A row of the journal's table but for its time, in memory that the reader does not own.
struct EventRow {
  let kind: StaticString
  let job: UnsafeRawBufferPointer
  let body: UnsafeRawBufferPointer
}

/// The rows of some events. Their texts lie one behind the other: a million rows in a million strings
/// took longer to make than to write.
struct EventSheet: Sendable {
  private struct Entry {
    let kind: StaticString
    let job: Range<Int>
    let body: Range<Int>
  }

  /// Events that one thread writes down at a time.
  private static let portion = 2048

  private var text: JSONText
  private var entries: [Entry] = []

  init(_ events: ArraySlice<JournalEvent>) {
    text = JSONText(capacity: 512 * events.count)
    entries.reserveCapacity(events.count)
    for event in events {
      let start = text.bytes.count
      text.append(event.job.digest)
      let middle = text.bytes.count
      text.append(event)
      // The column has the digits alone, without the quotes that a string has in JSON.
      entries.append(
        Entry(kind: event.kind, job: start + 1..<middle - 1, body: middle..<text.bytes.count))
    }
  }

  /// The sheets of these events, in order; of very many, as an experiment of a million jobs is, on all
  /// cores.
  static func sheets(of events: ArraySlice<JournalEvent>) throws -> [EventSheet] {
    try inPortions(of: portion, count: events.count) { range in
      let start = events.startIndex
      return [EventSheet(events[start + range.lowerBound..<start + range.upperBound])]
    }
  }

  /// Calls `body` with each row in order.
  func forEach(_ body: (EventRow) throws -> Void) rethrows {
    try text.bytes.withUnsafeBytes { bytes in
      for entry in entries {
        try body(
          EventRow(
            kind: entry.kind, job: UnsafeRawBufferPointer(rebasing: bytes[entry.job]),
            body: UnsafeRawBufferPointer(rebasing: bytes[entry.body])))
      }
    }
  }
}
