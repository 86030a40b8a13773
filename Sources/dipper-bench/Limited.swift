import Coordinator
import Scheduling
import Synchronization

/// Shows what another display shows, and ends the run when so many jobs are done.
final class Limited: ProgressDisplay {
  private let beneath: any ProgressDisplay
  private let missing: Mutex<Int>
  private let end: @Sendable () -> Void

  init(_ beneath: any ProgressDisplay, to count: Int, end: @escaping @Sendable () -> Void) {
    (self.beneath, self.end) = (beneath, end)
    missing = Mutex(count)
  }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    beneath.notify(notification, in: state)
    guard case .completed = notification else { return }
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { end() }
  }

  func update(_ state: CoordinatorState, at now: Instant) { beneath.update(state, at: now) }
}
