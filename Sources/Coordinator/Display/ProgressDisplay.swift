import Foundation
import Jobs
import Runs
import Scheduling

/// Shows the user the progress of a run.
public protocol ProgressDisplay: Sendable {
  /// Shows a notification to the user.
  func notify(_ notification: UserNotification, in state: CoordinatorState)
  /// Shows the present state. The coordinator calls this after each batch of events.
  ///
  /// - Parameters:
  ///   - state: the state to show.
  ///   - now: the time on a monotonic clock.
  func update(_ state: CoordinatorState, at now: Instant)
}

/// A display for logs, which prints a line on standard error for each notification except reports
/// of progress.
public struct LogDisplay: ProgressDisplay {
  /// Creates a display for standard error.
  public init() {}

  /// Prints a line for any notification except a report of progress.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard let line = line(for: notification, in: state) else { return }
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Does nothing, because a log shows notifications only.
  public func update(_ state: CoordinatorState, at now: Instant) {}
}

/// Formats a notification for a log, with the numbers of settled and of all jobs in front. Returns
/// nil for a report of progress.
package func line(for notification: UserNotification, in state: CoordinatorState) -> String? {
  let counts = state.counts
  return message(for: notification, in: state).map {
    "[\(counts.done + counts.discarded)/\(counts.total)] \($0)"
  }
}
