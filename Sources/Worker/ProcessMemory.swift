import Foundation

/// The memory that this process uses, from Linux's files under /proc/self.
///
/// The files are opened only once, because opening them took most of the time of a measurement.
public enum ProcessMemory {
  private static let status = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
  private static let references = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)

  /// Resets the peak to the current resident memory.
  public static func resetPeak() {
    // On Linux, writing 5 to `clear_refs` resets the value `VmHWM`.
    _ = pwrite(references, "5", 1, 0)
  }

  /// The largest resident memory since the last reset, in bytes, or 0 if the system does not report
  /// it.
  public static var peak: Int { residentSizes.peak }

  /// The largest and the current resident memory in bytes, or 0 if the system does not report them.
  static var residentSizes: (peak: Int, current: Int) {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      guard let start = buffer.baseAddress else { return (0, 0) }
      let count = max(pread(status, start, buffer.count - 1, 0), 0)
      buffer[count] = 0
      let text = UnsafePointer(start.assumingMemoryBound(to: CChar.self))
      return (
        kibibytes(after: "VmHWM:", in: text) * 1024, kibibytes(after: "VmRSS:", in: text) * 1024
      )
    }
  }

  /// The number of page faults so far. Resident memory cannot grow without one.
  static var pageFaults: Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_minflt + usage.ru_majflt
  }

  /// Returns the number that follows `name` in a text that ends with a zero byte.
  ///
  /// The search uses the C library, because a loop over characters in Swift took longer than a
  /// short job.
  private static func kibibytes(after name: String, in text: UnsafePointer<CChar>) -> Int {
    guard let match = strstr(text, name) else { return 0 }
    return strtol(match + name.utf8.count, nil, 10)
  }
}
