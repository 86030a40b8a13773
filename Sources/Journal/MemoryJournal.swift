import Foundation
import Jobs
import Scheduling
import Synchronization

/// A journal in memory, for tests and dry runs.
public final class MemoryJournal: EventJournal {
  private let entries = Mutex<[JournalEntry]>([])

  /// Creates an empty journal.
  public init() {}

  /// Appends events to the journal.
  public func append(_ events: [JournalEvent], at time: Date) {
    entries.withLock { entries in
      for event in events {
        entries.append(
          JournalEntry(sequence: Int64(entries.count) + 1, time: time, event: event))
      }
    }
  }

  /// Returns the entries from `sequence` on.
  public func replay(from sequence: Int64) -> [JournalEntry] { replay(from: sequence, knowing: []) }

  /// Returns the entries from `sequence` on.
  public func replay(from sequence: Int64, knowing plan: [PlannedJob]) -> [JournalEntry] {
    entries.withLock { Array($0.dropFirst(Int(clamping: max(sequence, 1) - 1))) }
  }
}
