import Synchronization

/// What was heard, until its one reader takes it: a listener, to whom the messaging thread itself
/// delivers, or a task that asks for one message after another.
///
/// It knows how much of each channel is not read, so that its socket can be left unread while the reader is
/// behind: the pressure then reaches the sender through TCP, and no memory grows.
final class Mailbox: Sendable {
  private struct State {
    var waiting = FIFO<Inbound>()
    var backlogs = Backlogs()
    var isFinished = false
    var reader: CheckedContinuation<Inbound?, Never>?
    var listener: (@Sendable (Delivery) -> Void)?
  }

  private struct Backlog {
    /// Bytes of what waits here, and of what a listener has not read.
    var unread = 0
    /// Whether the messaging thread waits for room.
    var wasFull = false

    mutating func resumes(at bytes: Int) -> Bool {
      guard wasFull, unread <= bytes else { return false }
      wasFull = false
      return true
    }
  }

  private struct Backlogs {
    private var control = Backlog()
    private var bulk = Backlog()

    subscript(channel: Channel) -> Backlog {
      get { channel == .control ? control : bulk }
      set { if channel == .control { control = newValue } else { bulk = newValue } }
    }
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

  /// Bytes of which more should be read; where none, `wakeup` is signalled as soon as there are some.
  func room(for channel: Channel) -> Int {
    state.withLock { state in
      let room = max(0, limits.inboundBytes - state.backlogs[channel].unread)
      state.backlogs[channel].wasFull = room == 0
      return room
    }
  }

  func append(_ inbound: Inbound) {
    let reader = state.withLock { state -> CheckedContinuation<Inbound?, Never>? in
      if let reader = state.reader.take() { return reader }
      state.waiting.append(inbound)
      state.backlogs[inbound.channel].unread += inbound.bytes
      return nil
    }
    reader?.resume(returning: inbound)
  }

  /// Delivers what waits, if somebody listens.
  func deliver() {
    while let (listener, delivery) = state.withLock({ takeDelivery(&$0) }) { listener(delivery) }
  }

  private func takeDelivery(_ state: inout State) -> (@Sendable (Delivery) -> Void, Delivery)? {
    guard let listener = state.listener, !state.waiting.isEmpty else { return nil }
    var (inbound, bytes): ([Inbound], Int) = ([], 0)
    while bytes < limits.delivery, let one = state.waiting.popFirst() {
      inbound.append(one)
      bytes += one.bytes
    }
    return (listener, Delivery(inbound))
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
      for one in delivery.inbound {
        state.backlogs[one.channel].unread -= one.bytes
      }
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
        state.backlogs[inbound.channel].unread -= inbound.bytes
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

  /// Whether the messaging thread waits for room on a channel of which half is free now.
  private func resumes(_ state: inout State) -> Bool {
    let half = limits.inboundBytes / 2
    let (control, bulk) = (
      state.backlogs[.control].resumes(at: half), state.backlogs[.bulk].resumes(at: half)
    )
    return control || bulk
  }
}
