import CZeroMQ

/// The part of a channel's thread that decides about connections or observes them.
enum ConnectionMonitor {
  /// A channel without a monitor.
  case none
  /// A coordinator's monitor with keys. It admits the workers whose keys are authorised.
  case authenticator(ZAPAuthenticator, SharedPeerTable)
  /// A coordinator's monitor without keys.
  case peers(SharedPeerTable)
  /// A worker's monitor, which learns why the worker is refused.
  case handshakes(HandshakeMonitor)

  /// The socket by which ZeroMQ asks or tells the monitor.
  var socket: UnsafeMutableRawPointer? {
    switch self {
    case .authenticator(let authenticator, _): authenticator.handle
    case .handshakes(let handshakes): handshakes.handle
    case .none, .peers: nil
    }
  }

  /// True if the monitor will connect again at a later time.
  var willReconnect: Bool {
    if case .handshakes(let handshakes) = self { handshakes.reconnection != nil } else { false }
  }

  /// Processes what waits, and returns the events for the reader and whether that was all.
  func process(at now: ContinuousClock.Instant) -> (events: [Inbound], isAll: Bool) {
    switch self {
    // The number is bounded so that connected peers come first.
    case .authenticator(let authenticator, _): authenticator.answer(atMost: 64)
    case .handshakes(let handshakes): (handshakes.process(at: now), true)
    case .none, .peers: ([], true)
    }
  }

  /// Disconnects a peer for good and returns the events for the reader.
  func cutOff(_ peer: String, reason: String) -> [Inbound] {
    switch self {
    case .authenticator(_, let peers), .peers(let peers): peers.cutOff(peer, reason: reason)
    case .none, .handshakes: []
    }
  }
}
