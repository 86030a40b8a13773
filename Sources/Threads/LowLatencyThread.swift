import CThreads
import Foundation

/// Shortens the wait of threads that do little work but must do it at once, such as those that pass a
/// heartbeat on.
///
/// A woken thread normally waits until the running one has had its turn, which Linux ends at the next tick of
/// its clock: after 4 ms, or 10. A thread that asks for short turns is let in between.
///
/// Only the thread itself gets short turns. The threads and processes that it starts have the system's
/// default, those of Dispatch's and Swift's pools among them, which Dispatch starts on whichever thread
/// enqueues work.
public enum LowLatencyThread {
  /// The longest turn in nanoseconds: the shortest that Linux grants.
  private static let slice: UInt64 = 100_000

  /// Gives the calling thread short turns. Before Linux 6.12 nothing changes.
  public static func begin() { setSlice(slice, ofThread: 0) }

  /// Gives the calling thread turns of the system's default length again.
  public static func end() { setSlice(0, ofThread: 0) }

  /// Gives short turns to this process's threads whose name begins with `name`.
  package static func begin(threadsNamed name: String) {
    for thread in threads(named: name) { setSlice(slice, ofThread: thread) }
  }

  private static func setSlice(_ slice: UInt64, ofThread thread: Int32) {
    let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread))
    // If the system refuses, the thread stays as prompt as any other.
    _ = cthreads_set_slice(thread, niceness, slice)
  }
}
