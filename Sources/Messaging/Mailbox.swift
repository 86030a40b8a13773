import Synchronization

/// What was heard, until its one reader takes it.
///
/// It knows how much waits, so that the sockets can be left unread while the reader is behind: the
/// pressure then reaches the sender through TCP, and no memory grows.
final class Mailbox: Sendable {
  private struct State {
    var waiting = FIFO<Inbound>()
    var bytes = 0
    var isFinished = false
    var wasFull = false
    var reader: CheckedContinuation<Inbound?, Never>?
  }

  private enum Answer {
    case now(Inbound?)
    case later
  }

  private let state = Mutex(State())
  private let limits: MessagingLimits
  private let wakeup: Wakeup

  init(limits: MessagingLimits, wakeup: Wakeup) {
    self.limits = limits
    self.wakeup = wakeup
  }

  /// Whether more should be read; where not, `wakeup` is signalled as soon as it should.
  func hasRoom() -> Bool {
    state.withLock { state in
      state.wasFull =
        state.waiting.count >= limits.inboundMessages || state.bytes >= limits.inboundBytes
      return !state.wasFull
    }
  }

  func append(_ inbound: Inbound) {
    let reader = state.withLock { state -> CheckedContinuation<Inbound?, Never>? in
      if let reader = state.reader.take() { return reader }
      state.waiting.append(inbound)
      state.bytes += inbound.size
      return nil
    }
    reader?.resume(returning: inbound)
  }

  /// Nothing more will come: the reader gets what is left, then nil.
  func finish() {
    state.withLock { state in
      state.isFinished = true
      return state.reader.take()
    }?.resume(returning: nil)
  }

  /// The reader's task was cancelled: it gets nil.
  func dismissReader() {
    state.withLock { $0.reader.take() }?.resume(returning: nil)
  }

  func next() async -> Inbound? {
    await withCheckedContinuation { continuation in
      if case .now(let inbound) = takeOrWait(continuation) {
        continuation.resume(returning: inbound)
      }
    }
  }

  /// Waits as `next` does, and takes all that is there.
  func nextBatch() async -> [Inbound]? {
    guard let first = await next() else { return nil }
    let (rest, mayGoOn) = state.withLock { state -> ([Inbound], Bool) in
      var rest = [first]
      while let inbound = state.waiting.popFirst() { rest.append(inbound) }
      state.bytes = 0
      return (rest, resumes(&state))
    }
    if mayGoOn { wakeup.signal() }
    return rest
  }

  private func takeOrWait(_ continuation: CheckedContinuation<Inbound?, Never>) -> Answer {
    let (answer, mayGoOn) = state.withLock { state -> (Answer, Bool) in
      if let inbound = state.waiting.popFirst() {
        state.bytes -= inbound.size
        return (.now(inbound), resumes(&state))
      }
      // A cancellation before this point found no reader to dismiss; it shows here.
      if state.isFinished || Task.isCancelled { return (.now(nil), false) }
      precondition(state.reader == nil, "the stream of inbound messages has two readers")
      state.reader = continuation
      return (.later, false)
    }
    if mayGoOn { wakeup.signal() }
    return answer
  }

  /// Whether the messaging thread waits for room and half of it is free now.
  private func resumes(_ state: inout State) -> Bool {
    guard state.wasFull, state.waiting.count <= limits.inboundMessages / 2,
      state.bytes <= limits.inboundBytes / 2
    else { return false }
    state.wasFull = false
    return true
  }
}

extension Inbound {
  /// Bytes that it holds.
  fileprivate var size: Int {
    if case .message(let envelope) = self { envelope.payload.count } else { 0 }
  }
}
