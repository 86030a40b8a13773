import Dispatch
import Synchronization

/// An answer that one thread waits for and another gives, once.
final class PendingAnswer: Sendable {
  private let answer = Mutex<ControlAnswer?>(nil)
  private let isHere = DispatchSemaphore(value: 0)

  func fulfil(_ value: ControlAnswer) {
    answer.withLock { $0 = value }
    isHere.signal()
  }

  /// The answer, or nil where none came within so many seconds.
  func wait(seconds: Double) -> ControlAnswer? {
    guard isHere.wait(timeout: .now() + seconds) == .success else { return nil }
    return answer.withLock { $0 }
  }
}
