import Coordinator
import Scheduling

/// A display that shows nothing.
struct SilentDisplay: ProgressDisplay {
  func notify(_ notification: UserNotification, in state: CoordinatorState) {}
  func update(_ state: CoordinatorState, at now: Instant) {}
}
