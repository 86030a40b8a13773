import Dispatch
import Foundation
import Synchronization

/// A queue that runs closures in order on one thread of lower priority.
///
/// It is for work that is not urgent, such as hashing, encrypting and writing blobs. On a busy
/// core, threads of normal priority, such as those of heartbeats, run first.
///
/// A closure should start no threads, and should not resume a Swift task, because Swift may start a
/// thread for the task. Linux gives a new thread the priority of the thread that starts it.
public final class BackgroundQueue: Sendable {
  private let name: String
  private let work = EventQueue<(@Sendable () -> Void)?>()
  private let isStarted = Mutex(false)

  /// Creates a queue whose thread starts with the first closure.
  ///
  /// - Parameter name: the name of the thread. Linux keeps its first 15 bytes.
  public init(_ name: String) { self.name = name }

  deinit { work.append(nil) }

  /// Runs `body` after all closures that were added before.
  public func async(_ body: @escaping @Sendable () -> Void) {
    let isFirst = isStarted.withLock { isStarted in
      defer { isStarted = true }
      return !isStarted
    }
    if isFirst { start() }
    work.append(body)
  }

  /// Blocks the calling thread until all closures that were added before have run.
  public func sync() {
    guard isStarted.withLock(\.self) else { return }
    let end = DispatchSemaphore(value: 0)
    async { end.signal() }
    end.wait()
  }

  private func start() {
    let thread = Thread { [work] in
      ThreadPriority.lower()
      while true {
        for body in work.takeAll() {
          guard let body else { return }
          body()
        }
      }
    }
    thread.name = name
    thread.start()
  }
}
