import Foundation
import Synchronization

/// The register of peers, for the threads of both channels.
final class PeerRoll: Sendable {
  private let register: Mutex<PeerRegister>

  init(limits: MessagingLimits) { register = Mutex(PeerRegister(limits: limits)) }

  /// Where to send what is for `name`; nil for a stranger.
  func connection(of name: String, on channel: Channel) -> Data? {
    register.withLock { $0.connection(of: name, on: channel) }
  }

  /// Whether the message may be delivered under the name that it bears.
  func hear(
    _ arrival: Arrival, on channel: Channel, at now: Double
  ) -> PeerRegister.Verdict {
    register.withLock { $0.hear(arrival, on: channel, at: now) }
  }

  /// Whether the owner of a key has been cut off.
  func isBanned(_ key: PublicKey) -> Bool { register.withLock { $0.isBanned(key) } }

  /// Disconnects whoever is behind `name`, for good.
  func cutOff(_ name: String, reason: String) -> [Inbound] {
    register.withLock { $0.cutOff(name, reason: reason) }
  }
}
