/// Messages and events that a messenger hands to its listener together, in the order of their arrival.
public struct InboundBatch: Sendable {
  /// The messages and events, at least one.
  public let inbound: [Inbound]

  /// The memory in bytes that they take.
  public let bytes: Int

  /// Creates a batch, such as the part of another batch that one of several readers reads.
  public init(_ inbound: [Inbound]) {
    self.inbound = inbound
    bytes = inbound.reduce(0) { $0 + $1.bytes }
  }
}
