import Scheduling

/// A leaky-bucket penalty for each peer that sends impossible messages.
///
/// An honest worker may cause a few around a restart; they decay with time. A peer above the limit is
/// disconnected, and no other peer is affected.
struct PeerPenalties {
  /// A kind of impossible message; the raw value is its penalty.
  enum Offence: Double {
    /// Bytes that are not a message, or an attempt that the worker does not hold.
    case malformed = 1
    /// Bytes of a blob that do not have the announced digest.
    case falseBlob = 8
    /// A result whose blobs are not stored or cannot be read.
    case falseResult = 32
  }

  /// The sum of penalties above which a peer is disconnected.
  static let limit = 48.0
  /// The penalty that is forgiven in each second.
  private static let decayPerSecond = 1.0
  /// The number of peers that are remembered. Names are free where there are no keys, so the memory
  /// must be bounded.
  private static let maximumPeers = 10_000

  private var penalties: [String: (sum: Double, lastSeen: Instant)] = [:]

  /// Records a offence and returns true if the peer is still within the limit.
  mutating func record(_ offence: Offence, from peer: String, at now: Instant) -> Bool {
    if penalties.count >= Self.maximumPeers { penalties.removeAll() }
    let known = penalties[peer] ?? (0, now)
    let decayed = max(0, known.sum - (now - known.lastSeen) / .seconds(1) * Self.decayPerSecond)
    let sum = decayed + offence.rawValue
    penalties[peer] = (sum, now)
    return sum <= Self.limit
  }
}
