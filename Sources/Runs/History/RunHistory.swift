import Errors
import Jobs
import Journal
import Scheduling

/// The jobs of a run and what became of them, from a journal that is read once and folded once.
///
/// Scheduling, scoring and reports all use this value, so that no part of a program reads the
/// journal a second time.
public struct RunHistory: Sendable {
  /// The fold of the events.
  public private(set) var ledger: JobLedger

  /// Reads and folds a journal.
  ///
  /// - Parameters:
  ///   - journal: the journal to read.
  ///   - plan: the jobs of the plan. Their definitions need not be decoded from the journal again.
  /// - Throws: `DipperError` if an entry is damaged.
  public init(reading journal: some EventJournal, knowing plan: [PlannedJob] = []) throws {
    self.init(folding: try journal.replay(from: 1, knowing: plan).map(\.event))
  }

  /// Creates the history from events in the order of the journal.
  public init(folding events: [JournalEvent]) {
    ledger = JobLedger()
    append(events)
  }

  /// Creates the history from the ledger of a coordinator, which has folded every event already.
  public init(of state: CoordinatorState) {
    ledger = state.ledger
  }

  /// Folds further events, which have just been appended to the journal.
  public mutating func append(_ events: [JournalEvent]) {
    for event in events { ledger.fold(event) }
  }

  /// All jobs in the order in which they were submitted, including those of earlier plans.
  public var jobs: [JobStatus] { ledger.jobs }

  /// Returns the status of a job, or nil if the journal does not know it.
  public func status(of id: JobID) -> JobStatus? { ledger.status(of: id) }
}
