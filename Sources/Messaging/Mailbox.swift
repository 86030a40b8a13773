import Synchronization

/// What was heard, until its one reader takes it: a listener, to whom the messaging thread itself
/// delivers, or a task that asks for one message after another.
///
/// It knows how much is not read, so that the sockets can be left unread while the reader is behind: the
/// pressure then reaches the sender through TCP, and no memory grows.
final class Mailbox: Sendable {
  private struct State {
    var waiting = FIFO<Inbound>()
    /// What waits here, and what a listener has not read.
    var unread = (count: 0, bytes: 0)
    var isFinished = false
    var wasFull = false
    var reader: CheckedContinuation<Inbound?, Never>?
    var listener: (@Sendable (Delivery) -> Void)?
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

  // MARK: the messaging thread

  /// Whether more should be read; where not, `wakeup` is signalled as soon as it should.
  func hasRoom() -> Bool {
    state.withLock { state in
      state.wasFull =
        state.unread.count >= limits.inboundMessages || state.unread.bytes >= limits.inboundBytes
      return !state.wasFull
    }
  }

  func append(_ inbound: Inbound) {
    let reader = state.withLock { state -> CheckedContinuation<Inbound?, Never>? in
      if let reader = state.reader.take() { return reader }
      state.waiting.append(inbound)
      state.unread.count += 1
      state.unread.bytes += inbound.size
      return nil
    }
    reader?.resume(returning: inbound)
  }

  /// Delivers what waits, if somebody listens.
  func deliver() {
    let (listener, delivery) = state.withLock { state in
      (state.listener, state.listener == nil ? nil : Self.takeAll(&state))
    }
    if let delivery { listener?(delivery) }
  }

  private static func takeAll(_ state: inout State) -> Delivery? {
    guard !state.waiting.isEmpty else { return nil }
    var (inbound, bytes): ([Inbound], Int) = ([], 0)
    while let one = state.waiting.popFirst() {
      inbound.append(one)
      bytes += one.size
    }
    return Delivery(inbound, bytes: bytes)
  }

  /// Nothing more will come: the reader gets what is left, then nil.
  func finish() {
    deliver()
    state.withLock { state in
      state.isFinished = true
      state.listener = nil
      return state.reader.take()
    }?.resume(returning: nil)
  }

  // MARK: the reader

  /// From now on delivers to `listener`, on the messaging thread, which it must not hold up.
  func listen(_ listener: @escaping @Sendable (Delivery) -> Void) {
    state.withLock { $0.listener = listener }
    wakeup.signal()
  }

  /// A listener has read it.
  func wasRead(_ delivery: Delivery) {
    let mayGoOn = state.withLock { state in
      state.unread.count -= delivery.inbound.count
      state.unread.bytes -= delivery.bytes
      return resumes(&state)
    }
    if mayGoOn { wakeup.signal() }
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

  private func takeOrWait(_ continuation: CheckedContinuation<Inbound?, Never>) -> Answer {
    let (answer, mayGoOn) = state.withLock { state -> (Answer, Bool) in
      if let inbound = state.waiting.popFirst() {
        state.unread.count -= 1
        state.unread.bytes -= inbound.size
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
    guard state.wasFull, state.unread.count <= limits.inboundMessages / 2,
      state.unread.bytes <= limits.inboundBytes / 2
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
