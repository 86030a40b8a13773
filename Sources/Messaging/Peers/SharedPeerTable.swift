import Foundation
import Synchronization

/// The table of peers, shared by the threads of both channels.
final class SharedPeerTable: Sendable {
  private let table: Mutex<PeerTable>

  init(limits: MessagingLimits) { table = Mutex(PeerTable(limits: limits)) }

  /// Returns the connection for messages to `name`, or nil if no such peer is known.
  func connection(of name: String, on channel: Channel) -> Data? {
    table.withLock { $0.connection(of: name, on: channel) }
  }

  /// Decides whether a message may be delivered under the name that it carries.
  func admit(
    _ message: ReceivedMessage, on channel: Channel, at now: ContinuousClock.Instant
  ) -> PeerTable.Admission {
    table.withLock { $0.admit(message, on: channel, at: now) }
  }

  /// Returns true if the owner of a key has been cut off.
  func isCutOff(_ key: PublicKey) -> Bool { table.withLock { $0.isCutOff(key) } }

  /// Disconnects the peer with this name permanently.
  func cutOff(_ name: String, reason: String) -> [Inbound] {
    table.withLock { $0.cutOff(name, reason: reason) }
  }
}
