import Foundation

/// Which of the two sockets a message takes.
public enum Channel: Int, Hashable, Sendable, CaseIterable {
  /// Decisions and facts: small, never behind bulk bytes.
  case control = 0
  /// Chunks of blobs.
  case bulk = 1
}

/// A message and whom it is from or for.
public struct Envelope: Hashable, Sendable {
  /// At a server, the client's routing id; at a client, empty.
  public var peer: String
  /// Which socket.
  public var channel: Channel
  /// The message's bytes.
  public var payload: Data

  /// A message.
  public init(peer: String = "", channel: Channel, payload: Data) {
    self.peer = peer
    self.channel = channel
    self.payload = payload
  }
}

/// What comes in.
public enum Inbound: Hashable, Sendable {
  /// A message.
  case message(Envelope)
  /// At a server: a message could not be delivered, for the peer is not connected or does not read.
  case undeliverable(peer: String, channel: Channel)
}

/// Bounds of a messenger.
public struct MessagingLimits: Hashable, Sendable {
  /// Bytes of a message; a peer that sends more is cut off.
  public var messageSize = 17 << 20
  /// Messages that wait for one peer before it is given up.
  public var backlog = 100_000
  /// Seconds that a handshake may take.
  public var handshake = 5.0
  /// Seconds for which `close` goes on delivering.
  public var linger = 1.0

  /// The defaults.
  public init() {}
}
