import Foundation

/// Lowers the priority of threads whose work nobody waits for.
package enum ThreadPriority {
  /// The niceness of a thread of lower priority: that of the main thread and 5 more.
  ///
  /// Beside a busy thread of normal priority it gets a quarter of a core. It follows the main thread because a
  /// user may start the whole program by `nice`.
  private static var niceness: Int32 {
    min(19, getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid())) + 5)
  }

  /// Lowers the priority of the calling thread, and of all threads that it starts.
  package static func lower() { lower(thread: 0) }

  /// Lowers the priority of this process's threads whose name begins with `name`.
  package static func lower(threadsNamed name: String) {
    for thread in threads(named: name) { lower(thread: thread) }
  }

  private static func lower(thread: Int32) {
    // POSIX speaks of the process here. On Linux the call concerns one thread; 0 is the calling one.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), niceness)
  }
}

/// Returns the kernel's ids of this process's threads whose name begins with `name`.
func threads(named name: String) -> [Int32] {
  let folder = "/proc/self/task"
  return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
    let text = try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)
    return text?.hasPrefix(name) == true ? Int32($0) : nil
  }
}
