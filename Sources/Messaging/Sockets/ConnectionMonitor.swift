import CZeroMQ

/// The part of a channel's thread that decides about connections or observes them.
enum ConnectionMonitor {
  /// A channel without a monitor.
  case none
  /// The monitor of a coordinator with keys, which admits the workers whose keys are authorised.
  case authenticator(ZAPAuthenticator, SharedPeerTable)
  /// The monitor of a coordinator without keys, which can only disconnect peers.
  case peers(SharedPeerTable)
  /// The monitor of a worker, which reports why the worker is refused.
  case handshakes(HandshakeMonitor)

  /// The socket through which ZeroMQ sends requests or events to the monitor, or nil if there is
  /// none.
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

  /// Processes waiting requests or events. Returns the events for the reader, and false if more may
  /// wait.
  func process(at now: ContinuousClock.Instant) -> (events: [Inbound], isAll: Bool) {
    switch self {
    // The number is limited so that messages of connected peers are not delayed.
    case .authenticator(let authenticator, _): authenticator.answer(atMost: 64)
    case .handshakes(let handshakes): (handshakes.process(at: now), true)
    case .none, .peers: ([], true)
    }
  }

  /// Disconnects a peer permanently and returns the events for the reader.
  func cutOff(_ peer: String, reason: String) -> [Inbound] {
    switch self {
    case .authenticator(_, let peers), .peers(let peers): peers.cutOff(peer, reason: reason)
    case .none, .handshakes: []
    }
  }
}
