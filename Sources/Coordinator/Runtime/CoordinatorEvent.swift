import Messaging

/// An event for the coordinator's thread.
enum CoordinatorEvent: Sendable {
  /// Messages arrived from workers.
  case inbound(InboundBatch)
  /// The exchange of blobs reports something.
  case blobs(BlobExchangeEvent)
  /// A tick of the clock, twice per heartbeat.
  case tick
  /// The user interrupts the run.
  case interrupted
  /// A program on this machine calls, and waits for an answer.
  case called(ControlCall, PendingReply)
}

extension Inbound {
  /// True for everything but messages about blobs, which the coordinator's thread need not see.
  var concernsDecisions: Bool {
    if case .message(let envelope) = self { envelope.channel == .control } else { true }
  }
}

extension CoordinatorEvent {
  /// The number of bytes of the messages in the event.
  fileprivate var bytes: Int { if case .inbound(let batch) = self { batch.bytes } else { 0 } }

  fileprivate var isTick: Bool { if case .tick = self { true } else { false } }
}

extension [CoordinatorEvent] {
  /// Splits the events, in order, into chunks of at most `limit` bytes of messages or of one event.
  /// Ticks come after all others, so that no worker is declared lost whose message waits in the queue.
  func chunks(ofBytes limit: Int) -> [Self] {
    var chunks: [Self] = []
    var last: Self = []
    var bytes = 0
    for event in filter({ !$0.isTick }) + filter(\.isTick) {
      if bytes + event.bytes > limit, !last.isEmpty {
        chunks.append(last)
        last = []
        bytes = 0
      }
      last.append(event)
      bytes += event.bytes
    }
    return last.isEmpty ? chunks : chunks + [last]
  }
}
