import CZeroMQ

/// The loop of the thread that owns a channel's socket. It sends the messages in the outbox, reads
/// messages into the inbox, and waits.
///
/// It is `@unchecked Sendable` because it is created on one thread and then used by the channel's
/// thread only. Starting that thread is the memory barrier that ZeroMQ requires for handing a
/// socket over.
final class SocketLoop: @unchecked Sendable {
  /// The channel's socket, or nil after the loop has ended.
  private var socket: ChannelSocket?
  private var monitor: ConnectionMonitor
  private let channel: Channel
  private let outbox: Outbox
  private let inbox: Inbox
  private let wakeup: Wakeup
  private let linger: Duration
  private var deadline: ContinuousClock.Instant?
  private let poller: SocketPoller
  /// True if the socket may hold unread messages, because it was ready or was used since it was
  /// last read until it was empty.
  private var socketMayHold = true
  private var monitorMayHold = true

  init(
    _ socket: ChannelSocket, monitor: ConnectionMonitor, outbox: Outbox, inbox: Inbox,
    wakeup: Wakeup, linger: Duration
  ) {
    self.socket = socket
    self.monitor = monitor
    self.outbox = outbox
    self.inbox = inbox
    self.wakeup = wakeup
    self.linger = linger
    channel = socket.channel
    poller = SocketPoller(socket: socket.socket.handle, wakeup: wakeup, monitor: monitor.socket)
  }

  /// Runs until the outbox is closed and all messages are sent, or until `linger` has passed after
  /// the close.
  func run() {
    if let socket {
      while !isDone(socket, isClosed: sendQueued(over: socket)) {
        let isEmpty = receive(from: socket)
        inbox.deliver(channel)
        if isEmpty && !socket.canSendMore { wait(for: socket) }
      }
    }
    // Releasing the last reference to a socket closes it, and closing the last socket ends ZeroMQ's
    // threads.
    socket = nil
    monitor = .none
    inbox.finish(channel)
  }

  /// Carries out the commands, sends as much as the socket takes, and returns true if no command
  /// can follow.
  private func sendQueued(over socket: ChannelSocket) -> Bool {
    let (commands, isClosed) = outbox.takeAll()
    for command in commands {
      for event in execute(command, on: socket) { inbox.append(event, on: channel) }
    }
    if socket.isBacklogged {
      socketMayHold = true
      for event in socket.flush(budget: channel.turn, at: .now) {
        inbox.append(event, on: channel)
      }
    }
    return isClosed
  }

  private func execute(_ command: SocketCommand, on socket: ChannelSocket) -> [Inbound] {
    switch command {
    case .send(let envelope): socket.enqueue(envelope).map { [$0] } ?? []
    case .cutOff(let peer, let reason): monitor.cutOff(peer, reason: reason)
    }
  }

  private func isDone(_ socket: ChannelSocket, isClosed: Bool) -> Bool {
    guard isClosed else { return false }
    let now = ContinuousClock.now
    let end = deadline ?? now + linger
    deadline = end
    return now >= end || !socket.isBacklogged
  }

  /// Reads as much as the inbox has room for, and returns false if the socket or the monitor may
  /// have more.
  private func receive(from socket: ChannelSocket) -> Bool {
    let now = ContinuousClock.now
    // A reconnection uses the socket, so both must be read again.
    if monitor.willReconnect { expectAll() }
    if monitorMayHold {
      let (events, isAll) = monitor.process(at: now)
      for event in events { inbox.append(event, on: channel) }
      monitorMayHold = !isAll
    }
    if socketMayHold, case let room = inbox.room(for: channel), room > 0 {
      socketMayHold = !socket.receive(atMost: 256, bytes: min(room, channel.turn), at: now) {
        inbox.append($0, on: channel)
      }
    }
    return !monitorMayHold && !(socketMayHold && hasRoom)
  }

  private func expectAll() {
    socketMayHold = true
    monitorMayHold = true
  }

  /// True if the socket may be read now.
  private var hasRoom: Bool { inbox.room(for: channel) > 0 }

  /// The timeout of `zmq_poll` in milliseconds, or -1 to wait without a limit.
  ///
  /// A router reports that it can send if any of its peers can receive, so a full peer is tried
  /// again after 5 ms. A dealer has one peer, so its report is exact.
  private func pollTimeout(_ socket: ChannelSocket) -> Int {
    if socket.isBacklogged && socket.socket.kind == .router || deadline != nil { return 5 }
    return monitor.willReconnect ? 100 : -1
  }

  private func wait(for socket: ChannelSocket) {
    if monitor.willReconnect || deadline != nil || socket.isBacklogged {
      return waitWithTimeout(for: socket)
    }
    // The inbox is asked only once, because it wakes this thread for new room only if its last
    // answer was that there is none.
    let hasRoom = hasRoom
    guard !(socketMayHold && hasRoom) else { return }
    let ready = poller.wait(includingSocket: hasRoom)
    if ready.socket { socketMayHold = true }
    if ready.monitor { monitorMayHold = true }
    if ready.wakeup { wakeup.clear() }
  }

  /// Waits until a socket can be read, more can be sent, or the timeout has passed.
  private func waitWithTimeout(for socket: ChannelSocket) {
    let reading = hasRoom ? ZMQ_POLLIN : 0
    let writing = socket.isBacklogged && socket.socket.kind == .dealer ? ZMQ_POLLOUT : 0
    var items = [
      zmq_pollitem_t(
        socket: socket.socket.handle, fd: 0, events: Int16(reading | writing), revents: 0),
      zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
    ]
    if let handle = monitor.socket {
      items.append(zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
    }
    let count = zmq_poll(&items, Int32(items.count), pollTimeout(socket))
    precondition(count >= 0 || zmq_errno() == EINTR, "zmq_poll: \(errorText(zmq_errno()))")
    if items[1].revents != 0 { wakeup.clear() }
    expectAll()
  }
}

extension Channel {
  /// The number of bytes that the thread sends before it reads again, and reads before it sends
  /// again.
  ///
  /// The bulk thread alternates after 512 KiB. The control thread sends all waiting messages first.
  fileprivate var turn: Int { self == .control ? .max : 1 << 19 }
}
