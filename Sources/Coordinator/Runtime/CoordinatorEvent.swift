import Messaging

/// An event for the coordinator's thread.
enum CoordinatorEvent: Sendable {
  /// Messages arrived from workers.
  case inbound(InboundBatch)
  /// The exchange of blobs reports an event.
  case blobs(BlobExchangeEvent)
  /// A worker process that was started under this name has died.
  case workerDied(name: String, reason: String)
  /// The timer has fired, which it does twice per heartbeat.
  case tick
  /// The user interrupts the run.
  case interrupted
  /// A program on this machine has sent a call and waits for the reply.
  case called(ControlCall, PendingReply)
}

extension Inbound {
  /// True unless this is a message about blobs, which the coordinator's thread does not handle.
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
  /// Splits the events in order into chunks whose messages have at most `limit` bytes; a larger
  /// event is a chunk of its own. Ticks are moved to the end, so that a worker whose message waits
  /// in the queue is not declared lost.
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
