import Foundation
import Jobs
import Scheduling

/// An event as the journal holds it.
public struct JournalEntry: Hashable, Sendable {
  /// The number of the entry, counted from 1 without gaps.
  public let sequence: Int64
  /// The time at which the event was recorded, by the wall clock.
  public let time: Date
  /// The recorded event.
  public let event: JournalEvent
}

/// The events of an experiment in the order in which they were recorded. Entries are only ever appended.
public protocol EventJournal: Sendable {
  /// Records events, all or none; returns when they would survive the end of the process and a power cut.
  ///
  /// - Parameters:
  ///   - events: The events in order.
  ///   - time: The time now.
  /// - Throws: `DipperError` of the domain `journal`.
  func append(_ events: [JournalEvent], at time: Date) throws

  /// Returns the entries with sequence numbers from `sequence` on, in order.
  ///
  /// - Parameters:
  ///   - sequence: The number of the first entry.
  ///   - plan: Jobs that are known already, so that they need not be decoded.
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
