import Dispatch
import Synchronization

/// A reply for which one thread waits until another thread fulfils it.
final class PendingReply: Sendable {
  private let reply = Mutex<ControlReply?>(nil)
  private let isFulfilled = DispatchSemaphore(value: 0)

  func fulfil(_ value: ControlReply) {
    reply.withLock { $0 = value }
    isFulfilled.signal()
  }

  /// Waits for the reply, and returns nil if it is not fulfilled within `timeout`.
  func wait(for timeout: Duration) -> ControlReply? {
    let deadline = DispatchTime.now() + .milliseconds(Int(timeout / .milliseconds(1)))
    guard isFulfilled.wait(timeout: deadline) == .success else { return nil }
    return reply.withLock { $0 }
  }
}
