/// Bounds on what a messenger accepts and holds, and on how long it waits.
public struct MessagingLimits: Hashable, Sendable {
  /// The largest control message in bytes. A peer that sends a larger one is disconnected.
  public var controlMessage = 16 << 20
  /// The largest bulk message in bytes. A peer that sends a larger one is disconnected.
  public var bulkMessage = 1 << 20
  /// The number of messages that may wait for one peer on one channel. Beyond it all of them are dropped.
  public var outboundMessages = 100_000
  /// The bytes of control messages that may wait for one peer. Beyond it all of them are dropped.
  public var outboundControl = 256 << 20
  /// The bytes of bulk messages that may wait for one peer. Beyond it all of them are dropped.
  public var outboundBulk = 256 << 20
  /// The bytes of bulk messages that may wait for all peers together.
  ///
  /// Beyond it, the messages for the peer with the most waiting bytes are dropped. Without keys a single
  /// process can use many names, so that a bound for each peer is not enough.
  public var outboundBulkInAll = 512 << 20
  /// The memory in bytes (see `Inbound.bytes`) that may wait for the reader on one channel.
  ///
  /// Beyond it the socket is left unread, so that the senders wait. The last message may exceed the bound.
  public var inboundBytes = 64 << 20
  /// The size in bytes of a batch for a listener. The last message may exceed it.
  public var batch = 1 << 20
  /// The units that a peer may send over a channel per second, on average. A peer that sends more is cut
  /// off.
  ///
  /// A message counts one unit, and one more for each `controlUnit` or `bulkUnit` of its bytes.
  public var rate = 50_000.0
  /// The units that a peer may send at once after a pause.
  public var burst = 150_000.0
  /// The bytes of a control message that count one unit.
  public var controlUnit = 256
  /// The bytes of a bulk message that count one unit.
  public var bulkUnit = 64 << 10
  /// The number of names that all peers together may use.
  public var names = 32_768
  /// The number of names that the owner of one key may use: one for each process on a machine.
  public var namesPerKey = 16_384
  /// The number of connections that may wait to be accepted.
  public var backlog = 1024
  /// The time within which a new connection must greet and show its key.
  public var handshakeTimeout: Duration = .seconds(5)
  /// The time for which messages wait for a peer whose connection broke, in case it reconnects.
  public var reconnectGrace: Duration = .seconds(2)
  /// The silence after which a peer's name may be given to another peer, when names are short.
  public var nameExpiry: Duration = .seconds(60)
  /// The time for which `Messenger.close` waits at most to send what is still queued.
  public var linger: Duration = .seconds(1)
  /// The time between two probes of an idle connection. After three without an answer it is closed.
  public var probeInterval: Duration = .seconds(5)

  /// Creates the default limits.
  public init() {}
}
