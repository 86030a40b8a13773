import Errors
import Jobs
import Journal
import Scheduling

/// The jobs of a run as its journal tells them: read once and folded once.
///
/// Everything that asks what has become of a job, from scheduling to the report, asks this value; no
/// one reads the journal a second time.
public struct RunHistory: Sendable {
  /// The fold of the events.
  public private(set) var ledger: JobLedger

  /// Reads and folds a journal.
  ///
  /// - Parameters:
  ///   - journal: the journal to read.
  ///   - plan: jobs that are known already, which need not be decoded from the journal.
  /// - Throws: `DipperError` if an entry is damaged.
  public init(reading journal: some EventJournal, knowing plan: [PlannedJob] = []) throws {
    self.init(folding: try journal.replay(from: 1, knowing: plan).map(\.event))
  }

  /// Folds events, in the order of the journal.
  public init(folding events: [JournalEvent]) {
    ledger = JobLedger()
    append(events)
  }

  /// Takes over the ledger of a coordinator, which has folded every event already.
  public init(of state: CoordinatorState) {
    ledger = state.ledger
  }

  /// Folds further events, which have just been appended to the journal.
  public mutating func append(_ events: [JournalEvent]) {
    for event in events { ledger.fold(event) }
  }

  /// All jobs, those of earlier plans too, in the order in which the journal met them.
  public var jobs: [JobStatus] { ledger.jobs }

  /// Looks up a job; nil if the journal does not know it.
  public func status(of id: JobID) -> JobStatus? { ledger.status(of: id) }
}
