import Jobs
import Scheduling
import Wire

extension JournalEvent {
  /// The event's name in the journal's `kind` column, by which the table can be searched.
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

/// A row of the journal's table without its time. The buffers point into memory of `EncodedEvents`
/// and are valid only in the call of `forEach`.
struct EventRow {
  let kind: StaticString
  let job: UnsafeRawBufferPointer
  let body: UnsafeRawBufferPointer
}

/// The rows of some events. Their bytes are stored in one array, because allocating each row by
/// itself took longer than encoding it.
struct EncodedEvents: Sendable {
  private struct Entry {
    let kind: StaticString
    let job: Digest
    let body: Range<Int>
  }

  /// The number of events that one thread encodes at a time.
  private static let chunkSize = 2048

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  init(_ events: ArraySlice<JournalEvent>) {
    bytes.reserveCapacity(256 * events.count)
    entries.reserveCapacity(events.count)
    for event in events {
      let start = bytes.count
      bytes += Wire.encode(event)
      entries.append(Entry(kind: event.kind, job: event.job.digest, body: start..<bytes.count))
    }
  }

  /// Encodes events in order. A large number, such as the jobs of a large experiment, is encoded on
  /// all cores.
  static func encoding(_ events: ArraySlice<JournalEvent>) throws -> [EncodedEvents] {
    try concurrentChunks(of: chunkSize, count: events.count) { range in
      let start = events.startIndex
      return [EncodedEvents(events[start + range.lowerBound..<start + range.upperBound])]
    }
  }

  /// Calls `body` with each row in order.
  func forEach(_ body: (EventRow) throws -> Void) rethrows {
    try bytes.withUnsafeBytes { bytes in
      for entry in entries {
        try entry.job.withBytes { job in
          try body(
            EventRow(
              kind: entry.kind, job: job, body: UnsafeRawBufferPointer(rebasing: bytes[entry.body]))
          )
        }
      }
    }
  }
}
