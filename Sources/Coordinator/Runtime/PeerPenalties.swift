import Scheduling

/// A leaky-bucket penalty for each peer that sends impossible messages.
///
/// An honest worker may send a few impossible messages around a restart, so penalties decay with
/// time. A peer above the limit is disconnected, and no other peer is affected.
struct PeerPenalties {
  /// A kind of impossible message. The raw value is its penalty.
  enum Offence: Double {
    /// Bytes that are not a message, or a report that cannot be true.
    case malformed = 1
    /// Bytes of a blob that do not have the announced digest.
    case falseBlob = 8
    /// A result whose blobs are not stored or cannot be read.
    case falseResult = 32
  }

  /// The sum of penalties above which a peer is disconnected.
  static let limit = 48.0
  /// The amount by which a peer's penalty decreases per second.
  private static let decayPerSecond = 1.0
  /// The largest number of peers whose penalties are kept. Without keys a peer can choose any name,
  /// so the number must be bounded.
  private static let maximumPeers = 10_000

  private var penalties: [String: (sum: Double, lastSeen: Instant)] = [:]

  /// Records an offence, and returns true if the peer's penalty is still within the limit.
  mutating func record(_ offence: Offence, from peer: String, at now: Instant) -> Bool {
    if penalties.count >= Self.maximumPeers { penalties.removeAll() }
    let known = penalties[peer] ?? (0, now)
    let decayed = max(0, known.sum - (now - known.lastSeen) / .seconds(1) * Self.decayPerSecond)
    let sum = decayed + offence.rawValue
    penalties[peer] = (sum, now)
    return sum <= Self.limit
  }
}
