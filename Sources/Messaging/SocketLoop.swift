import CZeroMQ
import Dispatch

/// What the one thread does that owns the sockets: sends what the outbox holds, reads into the
/// mailbox, waits.
///
/// `@unchecked Sendable`: it is made on one thread and then used by the messaging thread alone;
/// that thread's start is the barrier that ZeroMQ asks for when sockets move.
final class SocketLoop: @unchecked Sendable {
  private var links: [Link]
  private var watch: Watch
  private let outbox: Outbox
  private let mailbox: Mailbox
  private let wakeup: Wakeup
  private let linger: Double
  private var deadline: Double?
  private var bells: Bells
  /// Which sockets may hold something unread, by their places among the bells: who has rung, or was used
  /// since it was last read to its end.
  private var mayHold: [Bool]

  /// Who looks at connections before they are connections.
  enum Watch {
    case nobody
    /// A coordinator's: lets in whose key is on the list.
    case gatekeeper(Gatekeeper, PeerRoll)
    /// A coordinator's without keys.
    case roll(PeerRoll)
    /// A worker's: knows why it is not let in.
    case handshakes([Handshakes])

    fileprivate var sockets: [UnsafeMutableRawPointer] {
      switch self {
      case .gatekeeper(let gatekeeper, _): [gatekeeper.handle]
      case .handshakes(let handshakes): handshakes.map(\.handle)
      case .nobody, .roll: []
      }
    }

    fileprivate var hasPlans: Bool {
      if case .handshakes(let handshakes) = self {
        handshakes.contains { $0.retry != nil }
      } else {
        false
      }
    }
  }

  init(
    control: Link, bulk: Link, watch: Watch, outbox: Outbox, mailbox: Mailbox, wakeup: Wakeup,
    linger: Double
  ) {
    links = [control, bulk]
    self.watch = watch
    self.outbox = outbox
    self.mailbox = mailbox
    self.wakeup = wakeup
    self.linger = linger
    let sockets = links.map(\.socket.handle) + watch.sockets
    bells = Bells(of: sockets, wakeup)
    mayHold = sockets.map { _ in true }
  }

  /// Runs until the outbox is closed and empty, or has been closed for the linger.
  func run() {
    while true {
      let isClosed = takeOutbox()
      flush()
      if isClosed && isDone() { break }
      let isEmpty = receive()
      mailbox.deliver()
      if isEmpty { wait() }
    }
    // The last reference to a socket closes it, the last socket ends ZeroMQ's threads.
    links.removeAll()
    watch = .nobody
    mailbox.finish()
  }

  private func takeOutbox() -> Bool {
    let (orders, isClosed) = outbox.take()
    for order in orders {
      switch order {
      case .send(let envelope):
        if let lost = links[envelope.channel == .control ? 0 : 1].enqueue(envelope) {
          mailbox.append(lost)
        }
      case .cutOff(let peer, let reason):
        for news in watch.cutOff(peer, reason: reason) { mailbox.append(news) }
      }
    }
    return isClosed
  }

  /// Sends all control messages and a few chunks: the next turn looks for control messages again.
  private func flush() {
    let now = Self.now
    for (place, budget) in [Int.max, 1 << 19].enumerated() where links[place].isBacklogged {
      mayHold[place] = true
      for lost in links[place].flush(budget: budget, at: now) { mailbox.append(lost) }
    }
  }

  /// Seconds on a monotonic clock.
  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  private func isDone() -> Bool {
    let now = Self.now
    let end = deadline ?? now + linger
    deadline = end
    return now >= end || !links.contains { $0.isBacklogged }
  }

  /// Reads of each channel while the mailbox has room for it; false where more may be there.
  private func receive() -> Bool {
    let now = Self.now
    // A plan is to connect again.
    if watch.hasPlans { expectAll() }
    if mayHold[links.count...].contains(true) {
      let (news, isAll) = watch.news(at: now)
      for one in news { mailbox.append(one) }
      for place in links.count..<mayHold.count { mayHold[place] = !isAll }
    }
    for (place, count) in [256, 2].enumerated() where mayHold[place] {
      let room = mailbox.room(for: links[place].channel)
      guard room > 0 else { continue }
      mayHold[place] = !links[place].receive(atMost: count, bytes: room, at: now) {
        mailbox.append($0)
      }
    }
    return !mayHold.indices.contains { mayHold[$0] && isReadable($0) }
  }

  private func expectAll() {
    for place in mayHold.indices { mayHold[place] = true }
  }

  /// Whether what the socket at this place of the bells may hold can be read now; the wakeup always.
  private func isReadable(_ place: Int) -> Bool {
    place >= links.count || mailbox.room(for: links[place].channel) > 0
  }

  /// A router says that it can send when any peer can be sent to, so a full one is tried again
  /// after 5 ms instead; a dealer's answer is exact.
  private var timeout: Int {
    let retries = links.contains { $0.isBacklogged && $0.socket.kind == .router }
    if retries || deadline != nil { return 5 }
    return watch.hasPlans ? 100 : -1
  }

  private func wait() {
    if watch.hasPlans || deadline != nil || links.contains(where: \.isBacklogged) {
      return waitAskingSockets()
    }
    let rung = bells.wait(where: isReadable)
    for place in mayHold.indices where rung[place] { mayHold[place] = true }
    if rung[mayHold.count] { wakeup.clear() }
  }

  /// Also for a time, and until more can be sent.
  private func waitAskingSockets() {
    var items = links.map { link in
      let reading = mailbox.room(for: link.channel) > 0 ? ZMQ_POLLIN : 0
      let writing = link.isBacklogged && link.socket.kind == .dealer ? ZMQ_POLLOUT : 0
      return zmq_pollitem_t(
        socket: link.socket.handle, fd: 0, events: Int16(reading | writing), revents: 0)
    }
    items.append(
      zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    items += watch.sockets.map {
      zmq_pollitem_t(socket: $0, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    let ready = zmq_poll(&items, Int32(items.count), timeout)
    precondition(ready >= 0 || zmq_errno() == EINTR, "zmq_poll: \(systemText(zmq_errno()))")
    if items[2].revents != 0 { wakeup.clear() }
    expectAll()
  }
}

extension SocketLoop.Watch {
  /// What has come of connections, and whether that is all.
  fileprivate func news(at now: Double) -> (news: [Inbound], isAll: Bool) {
    switch self {
    // Not all that wait: who is connected already comes first.
    case .gatekeeper(let gatekeeper, _): gatekeeper.answer(atMost: 64)
    case .handshakes(let handshakes): (handshakes.flatMap { $0.news(at: now) }, true)
    case .nobody, .roll: ([], true)
    }
  }

  fileprivate func cutOff(_ peer: String, reason: String) -> [Inbound] {
    switch self {
    case .gatekeeper(_, let roll), .roll(let roll): roll.cutOff(peer, reason: reason)
    case .nobody, .handshakes: []
    }
  }
}
