import CZeroMQ
import Dispatch

/// What the thread does that owns a channel's socket: sends what the outbox holds, reads into the
/// mailbox, waits.
///
/// `@unchecked Sendable`: it is made on one thread and then used by the channel's thread alone;
/// that thread's start is the barrier that ZeroMQ asks for when sockets move.
final class SocketLoop: @unchecked Sendable {
  /// None once the thread ends.
  private var link: Link?
  private var watch: Watch
  private let channel: Channel
  private let outbox: Outbox
  private let mailbox: Mailbox
  private let wakeup: Wakeup
  private let linger: Double
  private var deadline: Double?
  private let bells: Bells
  /// Whether something unread may be in the sockets: one has rung, or was used since it was last read to
  /// its end.
  private var linkMayHold = true
  private var watchMayHold = true

  init(
    _ link: Link, watch: Watch, outbox: Outbox, mailbox: Mailbox, wakeup: Wakeup, linger: Double
  ) {
    (self.link, channel, self.watch) = (link, link.channel, watch)
    (self.outbox, self.mailbox, self.wakeup, self.linger) = (outbox, mailbox, wakeup, linger)
    bells = Bells(link: link.socket.handle, wakeup: wakeup, watch: watch.socket)
  }

  /// Runs until the outbox is closed and empty, or has been closed for the linger.
  func run() {
    if let link {
      while !isDone(link, isClosed: clearOutbox(over: link)) {
        let isEmpty = receive(link)
        mailbox.deliver(channel)
        if isEmpty && !link.maySendOn { wait(link) }
      }
    }
    // The last reference to a socket closes it, the last socket ends ZeroMQ's threads.
    link = nil
    watch = .nobody
    mailbox.finish(channel)
  }

  /// Sends what others want sent, and what is left from before; tells whether nothing will follow.
  private func clearOutbox(over link: Link) -> Bool {
    let (orders, isClosed) = outbox.take()
    for order in orders {
      switch order {
      case .send(let envelope):
        if let lost = link.enqueue(envelope) { mailbox.append(lost, on: channel) }
      case .cutOff(let peer, let reason):
        for news in watch.cutOff(peer, reason: reason) { mailbox.append(news, on: channel) }
      }
    }
    if link.isBacklogged {
      linkMayHold = true
      for lost in link.flush(budget: channel.turn, at: Self.now) {
        mailbox.append(lost, on: channel)
      }
    }
    return isClosed
  }

  /// Seconds on a monotonic clock.
  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  private func isDone(_ link: Link, isClosed: Bool) -> Bool {
    guard isClosed else { return false }
    let now = Self.now
    let end = deadline ?? now + linger
    deadline = end
    return now >= end || !link.isBacklogged
  }

  /// Reads while the mailbox has room for it; false where more may be there.
  private func receive(_ link: Link) -> Bool {
    let now = Self.now
    // A plan is to connect again.
    if watch.hasPlans { expectAll() }
    if watchMayHold {
      let (news, isAll) = watch.news(at: now)
      for one in news { mailbox.append(one, on: channel) }
      watchMayHold = !isAll
    }
    if linkMayHold, case let room = mailbox.room(for: channel), room > 0 {
      linkMayHold = !link.receive(atMost: 256, bytes: min(room, channel.turn), at: now) {
        mailbox.append($0, on: channel)
      }
    }
    return !watchMayHold && !(linkMayHold && hasRoom)
  }

  private func expectAll() { (linkMayHold, watchMayHold) = (true, true) }

  /// Whether the link may be read now.
  private var hasRoom: Bool { mailbox.room(for: channel) > 0 }

  /// A router says that it can send when any peer can be sent to, so a full one is tried again
  /// after 5 ms instead; a dealer's answer is exact.
  private func timeout(_ link: Link) -> Int {
    if link.isBacklogged && link.socket.kind == .router || deadline != nil { return 5 }
    return watch.hasPlans ? 100 : -1
  }

  private func wait(_ link: Link) {
    if watch.hasPlans || deadline != nil || link.isBacklogged { return waitAskingSockets(link) }
    // Once: room that comes from here on wakes this thread, but only if there was none now.
    let hasRoom = hasRoom
    guard !(linkMayHold && hasRoom) else { return }
    let rung = bells.wait(countingLink: hasRoom)
    if rung.link { linkMayHold = true }
    if rung.watch { watchMayHold = true }
    if rung.wakeup { wakeup.clear() }
  }

  /// Also for a time, and until more can be sent.
  private func waitAskingSockets(_ link: Link) {
    let reading = hasRoom ? ZMQ_POLLIN : 0
    let writing = link.isBacklogged && link.socket.kind == .dealer ? ZMQ_POLLOUT : 0
    var items = [
      zmq_pollitem_t(
        socket: link.socket.handle, fd: 0, events: Int16(reading | writing), revents: 0),
      zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
    ]
    if let socket = watch.socket {
      items.append(zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
    }
    let ready = zmq_poll(&items, Int32(items.count), timeout(link))
    precondition(ready >= 0 || zmq_errno() == EINTR, "zmq_poll: \(systemText(zmq_errno()))")
    if items[1].revents != 0 { wakeup.clear() }
    expectAll()
  }
}

extension Channel {
  /// Bytes that are sent, or read, before the other is looked after. Nobody waits for what follows a chunk.
  fileprivate var turn: Int { self == .control ? .max : 1 << 19 }
}
