/// What was heard at one moment, in order, for whoever listens.
public struct Delivery: Sendable {
  /// What was heard: at least one thing.
  public let inbound: [Inbound]

  /// Bytes of memory that it takes.
  public let bytes: Int

  /// A part of what was delivered, for one of several readers.
  public init(_ inbound: [Inbound]) {
    self.inbound = inbound
    bytes = inbound.reduce(0) { $0 + $1.bytes }
  }
}
