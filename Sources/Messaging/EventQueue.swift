import Dispatch
import Synchronization

/// Events from many threads to the one that decides; that one takes all there are at once, so that
/// many facts share one commit and many words one message.
public final class EventQueue<Event: Sendable>: Sendable {
  private let pending = Mutex<[Event]>([])
  private let filled = DispatchSemaphore(value: 0)

  /// An empty queue.
  public init() {}

  /// Adds an event behind those that wait.
  public func append(_ new: Event) {
    let wasEmpty = pending.withLock { events in
      events.append(new)
      return events.count == 1
    }
    // Who finds others waiting knows that the thread has been woken for them.
    if wasEmpty { filled.signal() }
  }

  /// Waits until there is at least one event; takes all. For one thread, which this blocks.
  public func takeAll() -> [Event] {
    filled.wait()
    return pending.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
