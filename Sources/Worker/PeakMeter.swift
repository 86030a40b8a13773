/// The largest resident memory of the process during each of many attempts, one after the other.
///
/// The system writes a whole page of text for who asks, which takes longer than an attempt that does
/// nothing. So of attempts that follow each other within moments, one that has touched no new page is
/// told what was resident before it: more it cannot have been.
package struct PeakMeter {
  /// Seconds of an attempt from which on it is always asked.
  private static let moment = 1e-3

  private var last: (faults: Int, resident: Int)?
  private var start = 0.0
  /// When the system was last told to forget the peak.
  private var forgotten = -Double.infinity
  /// Whether no new page has been touched since, for all that is known.
  private var isFresh = false

  package init() {}

  /// An attempt begins, at this second of a clock.
  package mutating func begin(at now: Double) {
    start = now
    if !isFresh || now - forgotten >= Self.moment {
      ProcessMemory.forgetPeak()
      forgotten = now
    }
    isFresh = false
  }

  /// The attempt that began last has ended.
  ///
  /// - Returns: bytes; 0 where the system does not say.
  package mutating func end(at now: Double) -> Int {
    let faults = ProcessMemory.faults
    if let last, last.faults == faults, now - start < Self.moment {
      isFresh = true
      return last.resident
    }
    let (peak, present) = ProcessMemory.residents
    last = (faults, present)
    return peak
  }
}
