/// How patient the coordinator is with each peer that says what cannot be true.
///
/// A little can happen to an honest worker, at a restart for instance, and is forgiven with time.
/// Whoever goes on is cut off, alone.
struct Conduct {
  /// What somebody did, by how grave it is.
  enum Violation: Double {
    /// Bytes that are no message, an attempt that it does not hold.
    case nonsense = 1
    /// Bytes of a blob that are not what was announced.
    case falseBlob = 8
    /// A result that it has not stored, or that cannot be read.
    case falseResult = 32
  }

  /// What is borne at once.
  static let patience = 48.0
  /// What is forgiven per second.
  private static let mercy = 1.0
  /// Peers of which something is held; names are free where there are no keys.
  private static let mostPeers = 10_000

  private var grievances: [String: (sum: Double, seen: Double)] = [:]

  /// Counts a violation of `peer`; false where patience with it is at an end.
  mutating func bears(_ violation: Violation, of peer: String, at now: Double) -> Bool {
    if grievances.count >= Self.mostPeers { grievances.removeAll() }
    let known = grievances[peer] ?? (0, now)
    let sum = max(0, known.sum - (now - known.seen) * Self.mercy) + violation.rawValue
    grievances[peer] = (sum, now)
    return sum <= Self.patience
  }
}
