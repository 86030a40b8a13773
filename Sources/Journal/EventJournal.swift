import Foundation
import Jobs
import Scheduling

/// An event with its number and time in the journal.
public struct JournalEntry: Hashable, Sendable {
  /// The number of the entry, counted from 1 without gaps.
  public let sequence: Int64
  /// The time at which the event was recorded, by the wall clock.
  public let time: Date
  /// The event that was recorded.
  public let event: JournalEvent
}

/// The events of an experiment in the order in which they were recorded. Entries are appended and
/// never changed or removed.
public protocol EventJournal: Sendable {
  /// Records events, all or none. When it returns, they survive the death of the process and a
  /// power failure.
  ///
  /// - Parameters:
  ///   - events: The events in order.
  ///   - time: The present time.
  /// - Throws: `DipperError` of the domain `journal`.
  func append(_ events: [JournalEvent], at time: Date) throws

  /// Returns the entries with sequence numbers from `sequence` on, in order.
  ///
  /// - Parameters:
  ///   - sequence: The number of the first entry.
  ///   - plan: The jobs of the plan, which need not be decoded again.
  /// - Throws: `DipperError` of the domain `journal`.
  func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry]
}

extension EventJournal {
  /// Returns the entries with sequence numbers from `sequence` on, in order.
  ///
  /// - Throws: `DipperError` of the domain `journal`.
  public func replay(from sequence: Int64) throws -> [JournalEntry] {
    try replay(from: sequence, knowing: [])
  }
}
