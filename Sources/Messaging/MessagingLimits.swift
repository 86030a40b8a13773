/// What a messenger takes in, holds and waits for.
public struct MessagingLimits: Hashable, Sendable {
  /// Bytes of a control message; a peer that sends more is disconnected.
  public var controlMessage = 16 << 20
  /// Bytes of a bulk message; a peer that sends more is disconnected.
  public var bulkMessage = 1 << 20
  /// Messages that may wait for one peer on one channel before they are dropped.
  public var outboundMessages = 100_000
  /// Bytes of control messages that may wait for one peer before they are dropped.
  public var outboundControl = 256 << 20
  /// Bytes of bulk messages that may wait for one peer before they are dropped.
  public var outboundBulk = 256 << 20
  /// Bytes of bulk messages that may wait for all peers together before those are dropped that wait
  /// for the peer with most: names are free where there are no keys.
  public var outboundBulkInAll = 512 << 20
  /// Bytes that may wait for the reader on a channel before its socket is left unread: of memory, not only
  /// of payloads (see `Inbound.bytes`), and exceeded by one message at most.
  public var inboundBytes = 64 << 20
  /// Bytes that are delivered to a listener at once, exceeded by one message at most.
  public var delivery = 1 << 20
  /// Units that a peer may send over a channel per second, on average; a message is one, and one
  /// more for each `controlUnit` or `bulkUnit` of its bytes. A peer that sends more is cut off.
  public var rate = 50_000.0
  /// Units that a peer may send at once after a silence.
  public var burst = 150_000.0
  /// Bytes of a control message that count as much as one message more.
  public var controlUnit = 256
  /// Bytes of a bulk message that count as much as one message more.
  public var bulkUnit = 64 << 10
  /// Names under which all peers together may be known.
  public var peers = 32_768
  /// Names under which the holder of one key may be known: processes on a machine.
  public var peersOfAKey = 16_384
  /// Connections that wait to be accepted.
  public var backlog = 1024
  /// Seconds within which a connection must have greeted and shown its key.
  public var handshake = 5.0
  /// Seconds for which messages wait for a peer whose connection has broken to come back.
  public var absence = 2.0
  /// Seconds of silence after which a peer's name may be given to another.
  public var silence = 60.0
  /// Seconds that `close` takes at most to hand over what is still to be sent.
  public var linger = 1.0
  /// Seconds between the probes of an idle connection; after three without an answer it is closed.
  public var probe = 5.0

  /// The defaults.
  public init() {}
}
