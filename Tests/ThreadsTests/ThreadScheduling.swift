import Foundation
import Synchronization

/// The scheduling of a thread, as Linux reports it.
struct ThreadScheduling: Equatable, Sendable {
  /// The longest turn of the thread in nanoseconds.
  var slice: Int
  /// The niceness of the thread, from -20 to 19.
  var niceness: Int32

  /// The scheduling of the calling thread, or nil if the system does not tell.
  static var current: ThreadScheduling? { read("/proc/thread-self/sched", niceOf: 0) }

  /// The scheduling of the main thread, which no test changes and no other thread started.
  static var main: ThreadScheduling? { read("/proc/self/sched", niceOf: id_t(getpid())) }

  /// Whether the system has a slice for each thread (Linux 6.12 or later) and tells it.
  static var isVisible: Bool {
    let linux = ProcessInfo.processInfo.operatingSystemVersion
    return (linux.majorVersion, linux.minorVersion) >= (6, 12) && main != nil
  }

  private static func read(_ file: String, niceOf thread: id_t) -> ThreadScheduling? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let slice = slice(in: text)
    else { return nil }
    let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread)
    return ThreadScheduling(slice: slice, niceness: niceness)
  }

  /// Returns the slice in the text of a file `sched` of /proc.
  static func slice(in text: String) -> Int? {
    text.split(separator: "\n").first { $0.hasPrefix("se.slice") }
      .flatMap { $0.split(separator: " ").last }
      .flatMap { Int($0) }
  }
}

/// Returns what `body` returns on a thread of its own.
func onNewThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
  let result = Mutex<Value?>(nil)
  let end = DispatchSemaphore(value: 0)
  Thread {
    let value = body()
    result.withLock { $0 = value }
    end.signal()
  }.start()
  end.wait()
  // The thread signals only after it has stored its value.
  return result.withLock(\.self)!
}
