import CZeroMQ
import Foundation

/// Threads that do little and must do it at once: those on the way of a heartbeat.
public enum PromptThread {
  /// Nanoseconds that such a thread runs at most before others get their turn, the least that Linux
  /// grants. Who asks for less at once is let in between a longer turn of another thread, which would
  /// otherwise go on to the next tick of the system's clock: for 4 ms, or 10.
  private static let slice: UInt64 = 100_000

  /// Makes the calling thread one, and all that it starts. Before Linux 6.12 nothing changes.
  public static func begin() { grant(slice, to: 0) }

  /// Makes the calling thread one like any other, whether it began this itself or inherited it.
  public static func end() { grant(0, to: 0) }

  /// ZeroMQ's threads for control messages too.
  static func includeControlThreads() {
    for thread in threads(named: "ZMQbg/IO/0") { grant(slice, to: thread) }
  }

  private static func grant(_ slice: UInt64, to thread: Int32) {
    let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread))
    // Where the system refuses, it is as prompt as any other.
    _ = czeromq_set_slice(thread, niceness, slice)
  }
}

/// This process's threads of that name: ZeroMQ has no options for its threads, but names them.
func threads(named name: String) -> [Int32] {
  let folder = "/proc/self/task"
  return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
    let text = try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)
    return text?.hasPrefix(name) == true ? Int32($0) : nil
  }
}
