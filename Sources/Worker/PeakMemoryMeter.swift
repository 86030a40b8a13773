/// Measures the largest resident memory of the process during each of many attempts in sequence.
///
/// Linux formats a page of text each time the peak is read, which takes longer than a very short
/// attempt. Therefore a short attempt without a page fault reuses the resident size that was
/// measured before it, which it cannot have exceeded.
package struct PeakMemoryMeter {
  /// The duration from which on attempts are always measured.
  private static let shortAttempt = Duration.milliseconds(1)

  private var last: (pageFaults: Int, resident: Int)?
  private var start = Duration.zero
  private var lastReset: Duration?
  /// True if no page fault has occurred since the last reset, as far as is known.
  private var isFresh = false

  package init() {}

  /// Begins an attempt.
  ///
  /// - Parameter now: the time on a monotonic clock with an arbitrary origin.
  package mutating func begin(at now: Duration) {
    start = now
    if !isFresh || lastReset.map({ now - $0 >= Self.shortAttempt }) ?? true {
      ProcessMemory.resetPeak()
      lastReset = now
    }
    isFresh = false
  }

  /// Ends the attempt that began last.
  ///
  /// - Returns: the peak of the attempt in bytes, or 0 if the system does not report it.
  package mutating func end(at now: Duration) -> Int {
    let pageFaults = ProcessMemory.pageFaults
    if let last, last.pageFaults == pageFaults, now - start < Self.shortAttempt {
      isFresh = true
      return last.resident
    }
    let (peak, current) = ProcessMemory.residentSizes
    last = (pageFaults, current)
    return peak
  }
}
