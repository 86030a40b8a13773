import Foundation

/// What this process has used.
public enum ProcessMemory {
  /// Makes the present resident memory the largest so far.
  public static func forgetPeak() {
    // Linux: 5 resets VmHWM.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }

  /// The largest resident memory so far in bytes; 0 where the system does not say.
  public static var peak: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return 0
    }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
      Int($0)
    }
    return (kibibytes ?? 0) * 1024
  }
}
