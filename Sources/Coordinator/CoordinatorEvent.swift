import Messaging

/// What reaches the coordinator's thread.
enum CoordinatorEvent: Sendable {
  case inbound(Inbound)
  case blobs(BlobNews)
  case tick
  case interrupted
  /// A program on this machine wants something, and an answer.
  case called(ControlCall, PendingAnswer)
}
