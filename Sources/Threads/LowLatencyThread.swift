import CThreads
import Foundation

/// Reduces the scheduling delay of threads that do little work but must do it at once, such as
/// those that forward heartbeats.
///
/// A woken thread normally waits for the end of the running thread's time slice, which Linux ends
/// at a tick of its clock, every 4 or 10 ms. A thread that requests short slices is allowed to run
/// earlier.
///
/// Only the thread itself gets short slices. Threads and processes that it starts have the system's
/// default. This includes the threads of Dispatch's and Swift's pools, which Dispatch starts on the
/// thread that enqueues work.
public enum LowLatencyThread {
  /// The time slice in nanoseconds, the shortest that Linux grants.
  private static let slice: UInt64 = 100_000

  /// Gives the calling thread short time slices. It has no effect before Linux 6.12.
  public static func begin() { setSlice(slice, ofThread: 0) }

  /// Gives the calling thread the system's default time slice again.
  public static func end() { setSlice(0, ofThread: 0) }

  /// Gives short time slices to the threads of this process whose name begins with `name`.
  package static func begin(threadsNamed name: String) {
    for thread in threads(named: name) { setSlice(slice, ofThread: thread) }
  }

  private static func setSlice(_ slice: UInt64, ofThread thread: Int32) {
    let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread))
    // If the system refuses, the thread keeps the default time slice.
    _ = cthreads_set_slice(thread, niceness, slice)
  }
}
