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
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      return kibibytes(behind: "VmHWM:", in: buffer.prefix(max(count, 0))) * 1024
    }
  }

  private static func kibibytes(
    behind name: StaticString, in text: Slice<UnsafeMutableRawBufferPointer>
  )
    -> Int
  {
    let label = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    guard let place = text.firstRange(of: label) else { return 0 }
    let digits = text[place.upperBound...].drop { $0 == 0x20 || $0 == 0x09 }
    return digits.prefix { (0x30...0x39).contains($0) }.reduce(0) { 10 * $0 + Int($1 - 0x30) }
  }
}
