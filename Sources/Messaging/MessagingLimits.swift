/// The limits on the messages that a messenger accepts and keeps, and on the times for which it
/// waits.
public struct MessagingLimits: Hashable, Sendable {
  /// The largest size of a control message, in bytes. A peer that sends a larger one is
  /// disconnected.
  public var controlMessage = 16 << 20
  /// The largest size of a bulk message, in bytes. A peer that sends a larger one is disconnected.
  public var bulkMessage = 1 << 20
  /// The largest number of messages that may wait for one peer on one channel. If there are more,
  /// all of them are dropped.
  public var outboundMessages = 100_000
  /// The largest size, in bytes, of control messages that may wait for one peer. Above it all of
  /// them are dropped.
  public var outboundControl = 256 << 20
  /// The largest size, in bytes, of bulk messages that may wait for one peer. Above it all of them
  /// are dropped.
  public var outboundBulk = 256 << 20
  /// The largest size, in bytes, of bulk messages that may wait for all peers together.
  ///
  /// Above it, the messages for the peer with the most waiting bytes are dropped. A limit for each
  /// peer is not enough, because without keys a single process can use many names.
  public var outboundBulkInAll = 512 << 20
  /// The largest size, in bytes (see `Inbound.bytes`), of messages that may wait for the reader on
  /// one channel.
  ///
  /// Above it the socket is not read, so that the senders wait. The last message may exceed the
  /// limit.
  public var inboundBytes = 64 << 20
  /// The size, in bytes, at which a batch for a listener ends. Its last message may exceed it.
  public var batch = 1 << 20
  /// The number of units that a peer may send over a channel per second, on average. A peer that
  /// sends more is cut off.
  ///
  /// A message counts as one unit, and as one more for each `controlUnit` or `bulkUnit` bytes that
  /// it has.
  public var rate = 50_000.0
  /// The number of units that a peer may send at once after a pause.
  public var burst = 150_000.0
  /// The number of bytes of a control message that count as one unit.
  public var controlUnit = 256
  /// The number of bytes of a bulk message that count as one unit.
  public var bulkUnit = 64 << 10
  /// The largest number of names that all peers together may use.
  public var names = 32_768
  /// The largest number of names that the owner of one key may use. Each process on a machine uses
  /// one.
  public var namesPerKey = 16_384
  /// The largest number of connections that may wait to be accepted.
  public var backlog = 1024
  /// The time within which a new connection must complete its handshake, including the check of its
  /// key.
  public var handshakeTimeout: Duration = .seconds(5)
  /// The time for which messages wait for a peer whose connection broke, in case it reconnects.
  public var reconnectGrace: Duration = .seconds(2)
  /// The silence after which a peer's name may be given to another peer, if the limit on names is
  /// reached.
  public var nameExpiry: Duration = .seconds(60)
  /// The longest time for which `Messenger.close` waits for queued messages to be sent.
  public var linger: Duration = .seconds(1)
  /// The time between two probes of an idle connection. After three without an answer it is closed.
  public var probeInterval: Duration = .seconds(5)

  /// Creates the default limits.
  public init() {}
}
