import Dispatch
import Synchronization

/// A queue of events from many threads to one reading thread, which takes all waiting events at
/// once.
///
/// Taking all of them lets the reader write many events in one commit and answer with few messages.
public final class EventQueue<Event: Sendable>: Sendable {
  private let pending = Mutex<[Event]>([])
  private let filled = DispatchSemaphore(value: 0)
  private let hasEvents = Atomic(false)

  /// Creates an empty queue.
  public init() {}

  /// Adds an event to the end of the queue.
  public func append(_ event: Event) {
    let wasEmpty = pending.withLock { events in
      events.append(event)
      hasEvents.store(true, ordering: .relaxed)
      return events.count == 1
    }
    // If other events were waiting, the reader has been woken for them already.
    if wasEmpty { filled.signal() }
  }

  /// Blocks the calling thread until at least one event waits and returns all of them in order.
  ///
  /// Only one thread may call this.
  ///
  /// - Parameter duration: the time for which the thread polls for an event, and keeps its core
  ///   busy, before it sleeps. Polling saves the time to wake the thread.
  public func takeAll(busyPolling duration: Duration = .zero) -> [Event] {
    if duration > .zero { poll(for: duration) }
    filled.wait()
    return pending.withLock { events in
      defer { events = [] }
      hasEvents.store(false, ordering: .relaxed)
      return events
    }
  }

  private func poll(for duration: Duration) {
    let end = ContinuousClock.now + duration
    while !hasEvents.load(ordering: .relaxed), ContinuousClock.now < end {}
  }
}
