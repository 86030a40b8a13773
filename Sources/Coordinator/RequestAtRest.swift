import Foundation
import Jobs
import Journal
import Scheduling

/// What a user asks of a run that no coordinator runs: the decision is the same, its facts go
/// straight to the journal, and the next coordinator finds them there.
public enum RequestAtRest {
  /// Carries out `request` on the run in `folder`.
  ///
  /// - Throws: `JournalError`; of code `inUse` where a coordinator has just taken the folder.
  public static func carryOut(
    _ request: ControlRequest, in folder: URL, at time: Date
  ) throws -> ControlAnswer {
    let record = try StateFolder.existing(at: folder).1
    let journal = try SQLiteJournal(folder: folder, experiment: record.plan.name, at: time)
    var state = CoordinatorState(
      resuming: JobLedger(folding: try journal.replay(from: 1).map(\.event)),
      settings: CoordinatorSettings())
    let directives = state.apply(.requested(request), at: 0)
    for case .record(let events) in directives { try journal.append(events, at: time) }
    return ControlAnswer(directives, state)
  }
}

extension ControlAnswer {
  /// What the directives that a request led to mean for the user.
  init(_ directives: [CoordinatorDirective], _ state: CoordinatorState) {
    let notifications = directives.compactMap { directive -> UserNotification? in
      if case .notify(let notification) = directive { notification } else { nil }
    }
    let lines = notifications.compactMap { words(for: $0, state) }
    self.init(
      lines: lines.isEmpty ? ["nothing had to be done"] : lines,
      isDeclined: notifications.contains { if case .declined = $0 { true } else { false } })
  }
}
