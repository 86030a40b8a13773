import Coordinator
import Scheduling
import Synchronization

/// A display that forwards everything to another one, and ends the run when a number of jobs is
/// done.
final class StopAfter: ProgressDisplay {
  private let display: any ProgressDisplay
  private let missing: Mutex<Int>
  private let end: @Sendable () -> Void

  /// - Parameters:
  ///   - count: number of jobs after which the run ends.
  ///   - end: ends the run; called once.
  init(_ count: Int, display: any ProgressDisplay, end: @escaping @Sendable () -> Void) {
    self.display = display
    self.end = end
    missing = Mutex(count)
  }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    display.notify(notification, in: state)
    guard case .completed = notification else { return }
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { end() }
  }

  func update(_ state: CoordinatorState, at now: Instant) { display.update(state, at: now) }
}
