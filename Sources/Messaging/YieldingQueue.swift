import Dispatch
import Foundation
import Synchronization

/// Work that is done in order on one thread, which gives way to threads of ordinary priority: blobs are
/// digested, encrypted and written while somebody waits for a heartbeat.
public final class YieldingQueue: Sendable {
  /// How much less of a busy core such a thread is given, from 0 to 19: at 5, a quarter.
  static let niceness: Int32 = 5

  private let name: String
  private let work = EventQueue<(@Sendable () -> Void)?>()
  private let isStarted = Mutex(false)

  /// A queue whose thread, which it has from its first work on, is called `name`.
  public init(_ name: String) { self.name = name }

  deinit { work.append(nil) }

  /// Does `body` after all that was given before.
  public func async(_ body: @escaping @Sendable () -> Void) {
    let isFirst = isStarted.withLock { isStarted in
      defer { isStarted = true }
      return !isStarted
    }
    if isFirst { start() }
    work.append(body)
  }

  /// Waits until all that was given is done.
  public func sync() {
    guard isStarted.withLock(\.self) else { return }
    let end = DispatchSemaphore(value: 0)
    async { end.signal() }
    end.wait()
  }

  private func start() {
    let thread = Thread { [work] in
      Self.giveWay()
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

  /// Has the calling thread give way.
  static func giveWay() {
    PromptThread.end()
    // Of this thread alone: so Linux reads it.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
  }

  /// Has ZeroMQ's threads for bulk traffic give way too.
  static func includeBulkThreads() {
    for thread in threads(named: "ZMQbg/IO/1") {
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), niceness)
    }
  }
}
