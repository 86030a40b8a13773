import Foundation
import Jobs
import Runs
import Scheduling

/// Shows the user the progress of a run.
public protocol ProgressDisplay: Sendable {
  /// Shows a notification to the user.
  func notify(_ notification: UserNotification, in state: CoordinatorState)
  /// Shows the present state; called after each batch of events.
  ///
  /// - Parameters:
  ///   - state: the state to show.
  ///   - now: the time on a monotonic clock.
  func update(_ state: CoordinatorState, at now: Instant)
}

/// A display for logs, which prints a line on standard error for each notification that is worth one.
public struct LogDisplay: ProgressDisplay {
  /// Creates a display for standard error.
  public init() {}

  /// Prints a line if the notification is worth one.
  public func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard let line = line(for: notification, in: state) else { return }
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Prints nothing: a log shows notifications only.
  public func update(_ state: CoordinatorState, at now: Instant) {}
}

/// Formats a notification for a log, after the number of settled jobs; returns nil if it is not worth a
/// line.
package func line(for notification: UserNotification, in state: CoordinatorState) -> String? {
  let counts = state.counts
  return message(for: notification, in: state).map {
    "[\(counts.done + counts.discarded)/\(counts.total)] \($0)"
  }
}
