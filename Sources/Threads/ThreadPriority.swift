import Foundation

/// Lowers the priority of threads whose work is not urgent.
package enum ThreadPriority {
  /// The niceness of a thread of lower priority, which is that of the main thread plus 5, and at
  /// most 19.
  ///
  /// On a core with a busy thread of normal priority, such a thread gets a quarter of the time. The
  /// value is relative to the main thread because a user may start the whole program with `nice`.
  private static var niceness: Int32 {
    min(19, getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid())) + 5)
  }

  /// Lowers the priority of the calling thread, and of all threads that it starts.
  package static func lower() { lower(thread: 0) }

  /// Lowers the priority of the threads of this process whose name begins with `name`.
  package static func lower(threadsNamed name: String) {
    for thread in threads(named: name) { lower(thread: thread) }
  }

  private static func lower(thread: Int32) {
    // In POSIX this call changes the process. On Linux it changes one thread, and 0 is the calling
    // thread.
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
