/// Measures the largest resident memory of the process during each of many attempts in sequence.
///
/// Linux formats a whole page of text for each question, which takes longer than an attempt that does
/// nothing. Therefore a short attempt that touched no new page reuses the resident size measured
/// before it, which it cannot have exceeded.
package struct PeakMemoryMeter {
  /// Attempts at least this long are always measured.
  private static let shortAttempt = Duration.milliseconds(1)

  private var last: (pageFaults: Int, resident: Int)?
  private var start = Duration.zero
  private var lastReset: Duration?
  /// No page has been touched since the last reset, as far as is known.
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
  /// - Returns: its peak in bytes; 0 if the system does not tell.
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
