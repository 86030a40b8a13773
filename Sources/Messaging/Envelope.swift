import Foundation

/// One of the two sockets between a pair of processes.
public enum Channel: Hashable, Sendable, CaseIterable {
  /// Short messages that must not wait.
  case control
  /// Chunks of blobs.
  case bulk
}

/// Bytes, and to or from whom.
public struct Envelope: Hashable, Sendable {
  /// The worker's name; empty on a worker, whose only peer is the coordinator.
  public var peer: String
  /// Which socket.
  public var channel: Channel
  /// One message.
  public var payload: Data

  /// Bytes, and to or from whom.
  public init(peer: String = "", channel: Channel, payload: Data) {
    self.peer = peer
    self.channel = channel
    self.payload = payload
  }
}

/// What a messenger hears.
public enum Inbound: Hashable, Sendable {
  /// A peer said something.
  case message(Envelope)
  /// The peer is not connected, or does not read: what waited for it on this channel is dropped.
  case undeliverable(peer: String, channel: Channel)
  /// A peer misbehaved and was disconnected, for as long as this messenger lives: nothing more
  /// comes from it and nothing reaches it.
  case cutOff(peer: String, reason: String)
  /// Somebody was not let in, or the coordinator does not let this worker in: for the log.
  case refused(reason: String)

  /// Bytes of memory that it takes while it waits: those of the payload, and what a message takes that
  /// has none, its sender's name among it.
  public var bytes: Int {
    let payload = if case .message(let envelope) = self { envelope.payload.count } else { 0 }
    return Self.overhead + payload
  }

  private static let overhead = 512

  /// Which socket it came over; what is no message goes with the control messages.
  var channel: Channel {
    if case .message(let envelope) = self { envelope.channel } else { .control }
  }
}
