/// What a messenger takes in, holds and waits for.
public struct MessagingLimits: Hashable, Sendable {
  /// Bytes of a control message; a peer that sends more is disconnected.
  public var controlMessage = 16 << 20
  /// Bytes of a bulk message; a peer that sends more is disconnected.
  public var bulkMessage = 1 << 20
  /// Messages that may wait for one peer on one channel before they are dropped.
  public var outboundMessages = 100_000
  /// Bytes that may wait for one peer on one channel before they are dropped.
  public var outboundBytes = 256 << 20
  /// Messages that may wait for the reader of `inbound` before the sockets are left unread.
  public var inboundMessages = 16_384
  /// Bytes that may wait for the reader of `inbound` before the sockets are left unread.
  public var inboundBytes = 64 << 20
  /// Seconds that `close` takes at most to hand over what is still to be sent.
  public var linger = 1.0
  /// Seconds between the probes of an idle connection; after three without an answer it is closed.
  public var probe = 5.0

  /// The defaults.
  public init() {}
}
