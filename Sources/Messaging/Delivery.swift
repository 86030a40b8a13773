/// What was heard at one moment, in order, for whoever listens.
public struct Delivery: Sendable {
  /// What was heard: at least one thing.
  public let inbound: [Inbound]

  /// Bytes of the messages in it.
  let bytes: Int

  init(_ inbound: [Inbound], bytes: Int) { (self.inbound, self.bytes) = (inbound, bytes) }
}
