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

  func announce(_ news: Announcement, _ state: CoordinatorState) {
    beneath.announce(news, state)
    guard case .completed = news else { return }
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { end() }
  }

  func update(_ state: CoordinatorState, at now: Double) { beneath.update(state, at: now) }
}
