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

extension CoordinatorEvent {
  /// Bytes of the messages in it.
  fileprivate var bytes: Int { if case .inbound(let delivery) = self { delivery.bytes } else { 0 } }

  fileprivate var isTick: Bool { if case .tick = self { true } else { false } }
}

extension [CoordinatorEvent] {
  /// In order, in parts of at most `limit` bytes of messages or of one event; ticks after all else, lest
  /// one takes a worker for lost whose word waits behind it.
  func portions(ofBytes limit: Int) -> [Self] {
    var (portions, last, bytes): ([Self], Self, Int) = ([], [], 0)
    for event in filter({ !$0.isTick }) + filter(\.isTick) {
      if bytes + event.bytes > limit, !last.isEmpty {
        portions.append(last)
        (last, bytes) = ([], 0)
      }
      last.append(event)
      bytes += event.bytes
    }
    return last.isEmpty ? portions : portions + [last]
  }
}
