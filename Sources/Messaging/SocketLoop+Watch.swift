import CZeroMQ

extension SocketLoop {
  /// Who looks at connections before they are connections.
  enum Watch {
    case nobody
    /// A coordinator's: lets in whose key is on the list.
    case gatekeeper(Gatekeeper, PeerRoll)
    /// A coordinator's without keys.
    case roll(PeerRoll)
    /// A worker's: knows why it is not let in.
    case handshakes(Handshakes)

    /// The socket by which it hears of them.
    var socket: UnsafeMutableRawPointer? {
      switch self {
      case .gatekeeper(let gatekeeper, _): gatekeeper.handle
      case .handshakes(let handshakes): handshakes.handle
      case .nobody, .roll: nil
      }
    }

    /// Whether it will do something at a time of its own.
    var hasPlans: Bool {
      if case .handshakes(let handshakes) = self { handshakes.retry != nil } else { false }
    }

    /// What has come of connections, and whether that is all.
    func news(at now: Double) -> (news: [Inbound], isAll: Bool) {
      switch self {
      // Not all that wait: who is connected already comes first.
      case .gatekeeper(let gatekeeper, _): gatekeeper.answer(atMost: 64)
      case .handshakes(let handshakes): (handshakes.news(at: now), true)
      case .nobody, .roll: ([], true)
      }
    }

    /// Disconnects a peer for good; what came of it is for the reader.
    func cutOff(_ peer: String, reason: String) -> [Inbound] {
      switch self {
      case .gatekeeper(_, let roll), .roll(let roll): roll.cutOff(peer, reason: reason)
      case .nobody, .handshakes: []
      }
    }
  }
}
