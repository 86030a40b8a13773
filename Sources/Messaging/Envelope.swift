import Foundation

/// A message with the name of its sender or receiver.
public struct Envelope: Hashable, Sendable {
  /// The worker's name. It is empty on a worker, whose only peer is the coordinator.
  public var peer: String
  /// The socket that carries the message.
  public var channel: Channel
  /// The bytes of the message.
  public var payload: Data

  /// Creates an envelope. A worker leaves out `peer`.
  public init(peer: String = "", channel: Channel, payload: Data) {
    self.peer = peer
    self.channel = channel
    self.payload = payload
  }
}
