/// The measurements of an attack scenario.
public struct AttackReport: Sendable {
  /// Exit status of the coordinator when it was asked to end: 130 unless it crashed.
  public let status: Int32
  /// Round-trip times of the honest worker before the attack.
  public let before: [Duration]
  /// Round-trip times of the honest worker during the attack.
  public let during: [Duration]
  /// Bytes by which the coordinator's resident memory grew during the attack.
  public let memoryGrowth: Int
  /// Bytes by which the flood of heartbeats raised the coordinator's peak resident memory.
  public let floodGrowth: Int
  /// Number of garbage connections that were accepted.
  public let connections: Int
  /// Number of half-open connections that the coordinator closed.
  public let closed: Int
  /// Number of log lines about a message of a peer without a key.
  public let unauthenticatedMessages: Int
  /// Number of malicious workers that the log names as cut off.
  public let cutOff: Int
  /// The honest worker was cut off as well.
  public let honestCutOff: Bool

  /// Returns the 99th percentile of `times`, or nil if there are none.
  public static func p99(_ times: [Duration]) -> Duration? {
    let sorted = times.sorted()
    return sorted.isEmpty ? nil : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
  }
}
