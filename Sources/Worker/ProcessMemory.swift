import Foundation

/// What this process has used. The system's files are opened once: by far most of what asking took was
/// finding them.
public enum ProcessMemory {
  private static let status = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
  private static let references = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)

  /// Makes the present resident memory the largest so far.
  public static func forgetPeak() {
    // Linux: 5 resets VmHWM.
    _ = pwrite(references, "5", 1, 0)
  }

  /// The largest resident memory so far in bytes; 0 where the system does not say.
  public static var peak: Int { residents.peak }

  /// The largest resident memory so far and the present one, in bytes; 0 where the system does not
  /// say.
  static var residents: (peak: Int, present: Int) {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      guard let start = buffer.baseAddress else { return (0, 0) }
      let count = max(pread(status, start, buffer.count - 1, 0), 0)
      buffer[count] = 0
      let text = UnsafePointer(start.assumingMemoryBound(to: CChar.self))
      return (
        kibibytes(behind: "VmHWM:", in: text) * 1024, kibibytes(behind: "VmRSS:", in: text) * 1024
      )
    }
  }

  /// How often this process has touched a page that was not there: without that no resident memory
  /// grows.
  static var faults: Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_minflt + usage.ru_majflt
  }

  /// The number behind `name` in a text that ends with 0. The C library searches: one by one in Swift
  /// it took longer than all else about a short job.
  private static func kibibytes(behind name: String, in text: UnsafePointer<CChar>) -> Int {
    guard let place = strstr(text, name) else { return 0 }
    return strtol(place + name.utf8.count, nil, 10)
  }
}
