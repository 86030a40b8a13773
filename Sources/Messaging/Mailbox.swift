import Synchronization

/// What was heard, until its one reader takes it: a listener, to whom the channels' threads themselves
/// deliver, each what it has heard, or a task that asks for one message after another.
///
/// It knows how much of each channel is not read, so that its socket can be left unread while the reader is
/// behind: the pressure then reaches the sender through TCP, and no memory grows.
final class Mailbox: Sendable {
  private struct State {
    /// What the channels' threads have heard.
    var waiting = ByChannel(both: FIFO<Inbound>())
    var backlogs = ByChannel(both: Backlog())
    /// The channels of which nothing more will come.
    var finished: Set<Channel> = []
    var reader: CheckedContinuation<Inbound?, Never>?
    var listener: (@Sendable (Delivery) -> Void)?

    var isFinished: Bool { finished.count == Channel.allCases.count }
  }

  private struct Backlog {
    /// Bytes of what waits here, and of what a listener has not read.
    var unread = 0
    /// Whether the channel's thread waits for room.
    var wasFull = false

    mutating func resumes(at bytes: Int) -> Bool {
      guard wasFull, unread <= bytes else { return false }
      wasFull = false
      return true
    }
  }

  private enum Answer {
    case now(Inbound?)
    case later
  }

  private let state = Mutex(State())
  private let limits: MessagingLimits
  private let wakeups: ByChannel<Wakeup>

  init(limits: MessagingLimits, wakeups: ByChannel<Wakeup>) {
    self.limits = limits
    self.wakeups = wakeups
  }

  // MARK: the channels' threads

  /// Bytes of which more should be read; where none, the channel's thread is woken as soon as there are
  /// some.
  func room(for channel: Channel) -> Int {
    state.withLock { state in
      let room = max(0, limits.inboundBytes - state.backlogs[channel].unread)
      state.backlogs[channel].wasFull = room == 0
      return room
    }
  }

  /// Takes what the thread of `channel` has heard.
  func append(_ inbound: Inbound, on channel: Channel) {
    let reader = state.withLock { state -> CheckedContinuation<Inbound?, Never>? in
      if let reader = state.reader.take() { return reader }
      state.waiting[channel].append(inbound)
      state.backlogs[inbound.channel].unread += inbound.bytes
      return nil
    }
    reader?.resume(returning: inbound)
  }

  /// Delivers what the thread of `channel`, which calls this, has heard, if somebody listens.
  func deliver(_ channel: Channel) {
    while let (listener, delivery) = state.withLock({ takeDelivery(&$0, channel) }) {
      listener(delivery)
    }
  }

  private func takeDelivery(
    _ state: inout State, _ channel: Channel
  ) -> (@Sendable (Delivery) -> Void, Delivery)? {
    guard let listener = state.listener, !state.waiting[channel].isEmpty else { return nil }
    var (inbound, bytes): ([Inbound], Int) = ([], 0)
    while bytes < limits.delivery, let one = state.waiting[channel].popFirst() {
      inbound.append(one)
      bytes += one.bytes
    }
    return (listener, Delivery(inbound))
  }

  /// Nothing more will come of `channel`; where that is so of both, the reader gets what is left, then nil.
  func finish(_ channel: Channel) {
    deliver(channel)
    state.withLock { state -> CheckedContinuation<Inbound?, Never>? in
      state.finished.insert(channel)
      guard state.isFinished else { return nil }
      state.listener = nil
      return state.reader.take()
    }?.resume(returning: nil)
  }

  // MARK: the reader

  /// From now on delivers to `listener`, on the channels' threads, which it must not hold up.
  func listen(_ listener: @escaping @Sendable (Delivery) -> Void) {
    state.withLock { $0.listener = listener }
    wake(Channel.allCases)
  }

  /// A listener has read it.
  func wasRead(_ delivery: Delivery) {
    wake(
      state.withLock { state in
        for one in delivery.inbound { state.backlogs[one.channel].unread -= one.bytes }
        return resumed(&state)
      })
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
    let (answer, mayGoOn) = state.withLock { state -> (Answer, [Channel]) in
      if let inbound = state.waiting[.control].popFirst() ?? state.waiting[.bulk].popFirst() {
        state.backlogs[inbound.channel].unread -= inbound.bytes
        return (.now(inbound), resumed(&state))
      }
      // A cancellation before this point found no reader to dismiss; it shows here.
      if state.isFinished || Task.isCancelled { return (.now(nil), []) }
      precondition(state.reader == nil, "the stream of inbound messages has two readers")
      state.reader = continuation
      return (.later, [])
    }
    wake(mayGoOn)
    return answer
  }

  /// The channels whose threads wait for room of which half is free now.
  private func resumed(_ state: inout State) -> [Channel] {
    Channel.allCases.filter { state.backlogs[$0].resumes(at: limits.inboundBytes / 2) }
  }

  private func wake(_ channels: [Channel]) {
    for channel in channels { wakeups[channel].signal() }
  }
}
