import DequeModule
import Synchronization

/// The messages and events that wait for their one reader: a listener, to which the channels' threads
/// deliver batches, or a task that asks for one after another.
///
/// The inbox knows how much of each channel is unread, so that a channel's socket can be left unread while
/// the reader is behind. The pressure then reaches the sender through TCP, and memory does not grow.
///
/// A waiting task is resumed on the control thread, also for a bulk message: Swift may start a thread for the
/// task, and Linux would give it the lower priority of the bulk thread for its whole life.
final class Inbox: Sendable {
  private struct State {
    /// The messages and events that the channels' threads have received.
    var waiting = PerChannel(both: Deque<Inbound>())
    var backlogs = PerChannel(both: Backlog())
    /// The channels whose threads have ended.
    var finished: Set<Channel> = []
    var reader: CheckedContinuation<Inbound?, Never>?
    var listener: (@Sendable (InboundBatch) -> Void)?

    var isFinished: Bool { finished.count == Channel.allCases.count }

    /// Removes the next message, control messages first.
    mutating func popFirst() -> Inbound? {
      guard let inbound = waiting[.control].popFirst() ?? waiting[.bulk].popFirst() else {
        return nil
      }
      backlogs[inbound.channel].unread -= inbound.bytes
      return inbound
    }

    /// Removes and returns the channels whose threads wait for room, if at most `bytes` are unread.
    mutating func takeResumable(at bytes: Int) -> [Channel] {
      Channel.allCases.filter { backlogs[$0].resumes(at: bytes) }
    }
  }

  private struct Backlog {
    /// The bytes that wait here, and those that a listener has not marked as read.
    var unread = 0
    /// True if the channel's thread waits for room.
    var wasFull = false

    mutating func resumes(at bytes: Int) -> Bool {
      guard wasFull, unread <= bytes else { return false }
      wasFull = false
      return true
    }
  }

  /// A reader with the message for which it waited, or nil at the end.
  private typealias Resumption = (reader: CheckedContinuation<Inbound?, Never>, inbound: Inbound?)

  private let state = Mutex(State())
  private let limits: MessagingLimits
  private let wakeups: PerChannel<Wakeup>

  init(limits: MessagingLimits, wakeups: PerChannel<Wakeup>) {
    self.limits = limits
    self.wakeups = wakeups
  }

  // MARK: The channels' threads

  /// Returns the bytes that may still be read from a channel.
  ///
  /// If it returns 0, the channel's thread is woken as soon as half of the limit is free.
  func room(for channel: Channel) -> Int {
    state.withLock { state in
      let room = max(0, limits.inboundBytes - state.backlogs[channel].unread)
      state.backlogs[channel].wasFull = room == 0
      return room
    }
  }

  /// Adds a message or event that the thread of `channel` has received.
  func append(_ inbound: Inbound, on channel: Channel) {
    let hasReader = state.withLock { state in
      state.waiting[channel].append(inbound)
      state.backlogs[inbound.channel].unread += inbound.bytes
      return state.reader != nil
    }
    guard hasReader else { return }
    if channel == .control { resumeReader() } else { wakeups[.control].signal() }
  }

  /// Delivers to the listener or the waiting task; the thread of `channel` calls this.
  func deliver(_ channel: Channel) {
    if channel == .control { resumeReader() }
    while let (listener, batch) = state.withLock({ takeBatch(&$0, of: channel) }) {
      listener(batch)
    }
  }

  private func takeBatch(
    _ state: inout State, of channel: Channel
  ) -> (@Sendable (InboundBatch) -> Void, InboundBatch)? {
    guard let listener = state.listener, !state.waiting[channel].isEmpty else { return nil }
    var inbound: [Inbound] = []
    var bytes = 0
    while bytes < limits.batch, let next = state.waiting[channel].popFirst() {
      inbound.append(next)
      bytes += next.bytes
    }
    return (listener, InboundBatch(inbound))
  }

  /// Notes that the thread of `channel` ends. After both have, the reader gets what is left, and then nil.
  func finish(_ channel: Channel) {
    deliver(channel)
    state.withLock { state in
      state.finished.insert(channel)
      if state.isFinished { state.listener = nil }
    }
    resumeReader()
  }

  /// Gives the waiting task the next message, or nil if no more can come.
  private func resumeReader() {
    let (resumption, resumable) = state.withLock { state -> (Resumption?, [Channel]) in
      guard let reader = state.reader else { return (nil, []) }
      let inbound = state.popFirst()
      guard inbound != nil || state.isFinished else { return (nil, []) }
      state.reader = nil
      return ((reader, inbound), state.takeResumable(at: limits.inboundBytes / 2))
    }
    wake(resumable)
    if let resumption { resumption.reader.resume(returning: resumption.inbound) }
  }

  // MARK: The reader

  /// Delivers to `listener` from now on, on the channels' threads.
  func listen(_ listener: @escaping @Sendable (InboundBatch) -> Void) {
    state.withLock { $0.listener = listener }
    wake(Channel.allCases)
  }

  /// Stops counting a batch as unread.
  func markRead(_ batch: InboundBatch) {
    wake(
      state.withLock { state in
        for inbound in batch.inbound { state.backlogs[inbound.channel].unread -= inbound.bytes }
        return state.takeResumable(at: limits.inboundBytes / 2)
      })
  }

  /// Gives the waiting task nil, because it was cancelled.
  func dismissReader() {
    state.withLock { $0.reader.take() }?.resume(returning: nil)
  }

  /// Returns the next message or event, or nil at the end or if the task is cancelled.
  func next() async -> Inbound? {
    await withCheckedContinuation { continuation in
      let (result, resumable) = state.withLock { takeNext(&$0, for: continuation) }
      wake(resumable)
      if case .some(let inbound) = result { continuation.resume(returning: inbound) }
    }
  }

  /// Returns the next message or the end, or nil if the task must wait, and the channels to wake.
  private func takeNext(
    _ state: inout State, for reader: CheckedContinuation<Inbound?, Never>
  ) -> (result: Inbound??, resumable: [Channel]) {
    if let inbound = state.popFirst() {
      return (.some(inbound), state.takeResumable(at: limits.inboundBytes / 2))
    }
    // A cancellation before this point found no reader to dismiss. It shows here.
    if state.isFinished || Task.isCancelled { return (.some(nil), []) }
    precondition(state.reader == nil, "the stream of inbound messages has two readers")
    state.reader = reader
    return (nil, [])
  }

  private func wake(_ channels: [Channel]) {
    for channel in channels { wakeups[channel].signal() }
  }
}
