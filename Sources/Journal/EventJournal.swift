import Foundation
import Jobs
import Scheduling

/// A fact with its place in the journal.
public struct JournalEntry: Hashable, Sendable {
  /// From 1, without gaps.
  public let sequence: Int64
  /// When it was recorded, by the wall clock.
  public let time: Date
  /// The fact.
  public let event: JournalEvent
}

/// The facts of an experiment in the order in which they were recorded: only ever appended to.
public protocol EventJournal: Sendable {
  /// Records these facts, all or none; returns when they would survive the end of the process and
  /// of the machine. Throws `DipperError`.
  func append(_ events: [JournalEvent], at time: Date) throws

  /// The entries with sequence numbers from `sequence` on, in order. Throws `DipperError`.
  ///
  /// - Parameter plan: what is known of jobs already, which need not be read then.
  func replay(from sequence: Int64, knowing plan: [PlannedJob]) throws -> [JournalEntry]
}

extension EventJournal {
  /// The entries with sequence numbers from `sequence` on, in order. Throws `DipperError`.
  public func replay(from sequence: Int64) throws -> [JournalEntry] {
    try replay(from: sequence, knowing: [])
  }
}
