import Foundation
import Jobs
import Journal
import Scheduling

/// A user's request to a run without a running coordinator. The same state machine decides about
/// it, and the events are written to the journal, from which the next coordinator continues.
public enum OfflineRequest {
  /// Carries out `request` on the run in `folder`.
  ///
  /// - Throws: `DipperError`; of code `runDirectoryInUse` if another process uses the directory.
  public static func carryOut(
    _ request: ControlRequest, in folder: URL, at time: Date
  ) throws -> ControlAnswer {
    let manifest = try RunDirectory.existing(at: folder).manifest
    let journal = try SQLiteJournal(folder: folder, experiment: manifest.plan.name, at: time)
    let history = try RunHistory(reading: journal)
    var state = CoordinatorState(resuming: history.ledger, settings: CoordinatorSettings())
    let directives = state.apply(.requested(request), at: .origin)
    for case .record(let events) in directives { try journal.append(events, at: time) }
    return ControlAnswer(to: directives, in: state)
  }
}
