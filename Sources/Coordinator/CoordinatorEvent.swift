import Messaging

/// What reaches the coordinator's thread.
enum CoordinatorEvent: Sendable {
  case inbound(Delivery)
  case blobs(BlobNews)
  case tick
  case interrupted
  /// A program on this machine wants something, and an answer.
  case called(ControlCall, PendingAnswer)
}

extension Inbound {
  /// Whether the thread that decides must hear it: all but the traffic in blobs.
  var concernsDecisions: Bool {
    if case .message(let envelope) = self { envelope.channel == .control } else { true }
  }
}
