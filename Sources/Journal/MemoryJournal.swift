import Foundation
import Jobs
import Scheduling
import Synchronization

/// A journal that ends with the process: for tests and dry runs.
public final class MemoryJournal: EventJournal {
  private let entries = Mutex<[JournalEntry]>([])

  /// An empty journal.
  public init() {}

  /// Records these facts.
  public func append(_ events: [JournalEvent], at time: Date) {
    entries.withLock { entries in
      for event in events {
        entries.append(
          JournalEntry(sequence: Int64(entries.count) + 1, time: time, event: event))
      }
    }
  }

  /// The entries from `sequence` on.
  public func replay(from sequence: Int64) -> [JournalEntry] { replay(from: sequence, knowing: []) }

  /// The entries from `sequence` on.
  public func replay(from sequence: Int64, knowing plan: [PlannedJob]) -> [JournalEntry] {
    entries.withLock { Array($0.dropFirst(Int(clamping: max(sequence, 1) - 1))) }
  }
}
