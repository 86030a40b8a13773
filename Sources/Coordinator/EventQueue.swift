import Foundation
import Messaging
import Synchronization

/// What reaches the coordinator's thread.
enum CoordinatorEvent: Sendable {
  case inbound(Inbound)
  case blobs(BlobNews)
  case tick
  case interrupted
  /// A program on this machine wants something, and an answer.
  case called(ControlCall, PendingAnswer)
}

/// Events from many threads to the one that decides; that one takes all there are at once, so that
/// many facts share one commit.
final class EventQueue: Sendable {
  private let pending = Mutex<[CoordinatorEvent]>([])
  private let filled = DispatchSemaphore(value: 0)

  func append(_ new: [CoordinatorEvent]) {
    let wasEmpty = pending.withLock { events in
      defer { events += new }
      return events.isEmpty && !new.isEmpty
    }
    // Who finds others waiting knows that the thread has been woken for them.
    if wasEmpty { filled.signal() }
  }

  /// Waits until there is at least one event; takes all.
  func takeAll() -> [CoordinatorEvent] {
    filled.wait()
    return pending.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
