import DequeModule
import Synchronization

/// The messages and events that wait for their reader. The reader is either a listener, to which
/// the channels' threads deliver batches, or a task that takes them singly.
///
/// The inbox counts the unread bytes of each channel, so that a channel's socket is not read while
/// the reader is behind. TCP then makes the sender wait, and memory does not grow.
///
/// A waiting task is always resumed on the control thread, even for a bulk message. Swift may start
/// a thread for the task, and if the bulk thread started it, Linux would give it the bulk thread's
/// lower priority for its whole life.
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

    /// Returns the channels whose threads wait for room and that have at most `bytes` unread bytes,
    /// and marks them as not waiting.
    mutating func takeResumable(at bytes: Int) -> [Channel] {
      Channel.allCases.filter { backlogs[$0].resumes(at: bytes) }
    }
  }

  private struct Backlog {
    /// The number of bytes that wait here or that a listener has not marked as read yet.
    var unread = 0
    /// True if the channel's thread waits for room.
    var wasFull = false

    mutating func resumes(at bytes: Int) -> Bool {
      guard wasFull, unread <= bytes else { return false }
      wasFull = false
      return true
    }
  }

  /// A waiting reader with the message for which it waited, or with nil at the end.
  private typealias Resumption = (reader: CheckedContinuation<Inbound?, Never>, inbound: Inbound?)

  private let state = Mutex(State())
  private let limits: MessagingLimits
  private let wakeups: PerChannel<Wakeup>

  init(limits: MessagingLimits, wakeups: PerChannel<Wakeup>) {
    self.limits = limits
    self.wakeups = wakeups
  }

  // MARK: The channels' threads

  /// Returns the number of bytes that may still be read from a channel.
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

  /// Delivers messages to the listener or the waiting task. The thread of `channel` calls this.
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

  /// Notes that the thread of `channel` ends. After both threads have ended, the reader gets the
  /// remaining messages and then nil.
  func finish(_ channel: Channel) {
    deliver(channel)
    state.withLock { state in
      state.finished.insert(channel)
      if state.isFinished { state.listener = nil }
    }
    resumeReader()
  }

  /// Resumes the waiting task with the next message, or with nil if no more can arrive.
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

  /// Delivers all further messages to `listener`, on the channels' threads.
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

  /// Resumes the waiting task with nil, because it was cancelled.
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

  /// Returns the next message, or `.some(nil)` at the end, or nil if the task must wait. Also
  /// returns the channels to wake.
  private func takeNext(
    _ state: inout State, for reader: CheckedContinuation<Inbound?, Never>
  ) -> (result: Inbound??, resumable: [Channel]) {
    if let inbound = state.popFirst() {
      return (.some(inbound), state.takeResumable(at: limits.inboundBytes / 2))
    }
    // A cancellation before this point found no waiting reader to dismiss, so it is checked here.
    if state.isFinished || Task.isCancelled { return (.some(nil), []) }
    precondition(state.reader == nil, "the stream of inbound messages has two readers")
    state.reader = reader
    return (nil, [])
  }

  private func wake(_ channels: [Channel]) {
    for channel in channels { wakeups[channel].signal() }
  }
}
