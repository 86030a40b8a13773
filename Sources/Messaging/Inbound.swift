/// A message or an event that a messenger reports to its reader.
public enum Inbound: Hashable, Sendable {
  /// A peer sent a message.
  case message(Envelope)
  /// The peer is not connected or does not read. All messages that waited for it on this channel
  /// were dropped.
  case undeliverable(peer: String, channel: Channel)
  /// A peer misbehaved and was disconnected for the lifetime of this messenger. No more messages
  /// are received from it or sent to it.
  case cutOff(peer: String, reason: String)
  /// A coordinator refused a connection, or this worker was refused. The reason is for the log.
  case refused(reason: String)

  /// The memory in bytes that this value takes while it waits: the payload, and an estimate for
  /// everything else, such as the sender's name.
  public var bytes: Int {
    let payload = if case .message(let envelope) = self { envelope.payload.count } else { 0 }
    return Self.overhead + payload
  }

  private static let overhead = 512

  /// The channel in whose backlog this value is counted. Events are counted as control messages.
  var channel: Channel {
    if case .message(let envelope) = self { envelope.channel } else { .control }
  }
}
