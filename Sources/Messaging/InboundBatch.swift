/// Messages and events that a messenger passes to its listener together, in the order of their
/// arrival.
public struct InboundBatch: Sendable {
  /// The messages and events, at least one.
  public let inbound: [Inbound]

  /// The memory in bytes that the messages and events take, the sum of `Inbound.bytes`.
  public let bytes: Int

  /// Creates a batch, for instance from the part of another batch that one of several readers
  /// handles.
  public init(_ inbound: [Inbound]) {
    self.inbound = inbound
    bytes = inbound.reduce(0) { $0 + $1.bytes }
  }
}
