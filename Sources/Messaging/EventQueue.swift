import Dispatch
import Synchronization

/// Events from many threads to the one that decides; that one takes all there are at once, so that
/// many facts share one commit and many words one message.
public final class EventQueue<Event: Sendable>: Sendable {
  private let pending = Mutex<[Event]>([])
  private let filled = DispatchSemaphore(value: 0)
  private let hasEvents = Atomic(false)

  /// An empty queue.
  public init() {}

  /// Adds an event behind those that wait.
  public func append(_ new: Event) {
    let wasEmpty = pending.withLock { events in
      events.append(new)
      hasEvents.store(true, ordering: .relaxed)
      return events.count == 1
    }
    // Who finds others waiting knows that the thread has been woken for them.
    if wasEmpty { filled.signal() }
  }

  /// Waits until there is at least one event; takes all. For one thread, which this blocks.
  ///
  /// - Parameter seconds: how long the thread keeps its core and looks whether one has come, before it
  ///   sleeps until it is woken.
  public func takeAll(lookingOutFor seconds: Double = 0) -> [Event] {
    if seconds > 0 { lookOut(for: seconds) }
    filled.wait()
    return pending.withLock { events in
      defer { events = [] }
      hasEvents.store(false, ordering: .relaxed)
      return events
    }
  }

  private func lookOut(for seconds: Double) {
    let end = DispatchTime.now() + seconds
    while !hasEvents.load(ordering: .relaxed), DispatchTime.now() < end {}
  }
}
