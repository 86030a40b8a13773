import Dispatch
import Foundation
import Threads

/// Two sockets, one for control and one for bulk, each with a thread that owns it.
///
/// No control message waits for a bulk one: the thread of bulk gives way. Between two processes each channel
/// keeps its order; what is on the way when a connection breaks may be lost, never doubled.
public final class Messenger: Sendable {
  /// Where the coordinator listens, with its actual port.
  public let endpoint: Endpoint
  /// What is heard, for one reader; ends after `close`. While the reader of a channel is behind by more
  /// than the limits, its socket is left unread and the senders wait.
  public let inbound: AsyncStream<Inbound>
  private let outboxes: ByChannel<Outbox>
  private let mailbox: Mailbox
  private let ended = DispatchGroup()

  private init(
    _ kind: Socket.Kind, addressing: Link.Addressing, limits: MessagingLimits,
    attach: (Context, ByChannel<Socket>) throws -> (Endpoint, ByChannel<SocketLoop.Watch>)
  ) throws {
    let wakeups = try ByChannel(each: { _ in try Wakeup() })
    let mailbox = Mailbox(limits: limits, wakeups: wakeups)
    let context = try Context()
    let links = try ByChannel(each: { channel in
      Link(
        channel, socket: try Socket(kind, in: context), addressing: addressing, limits: limits)
    })
    let outboxes = ByChannel(each: { Outbox(wakeup: wakeups[$0]) })
    (self.mailbox, self.outboxes) = (mailbox, outboxes)
    inbound = AsyncStream {
      await mailbox.next()
    } onCancel: {
      mailbox.dismissReader()
    }
    // ZeroMQ has no options for its threads, but names them by their index: 0 serves control, 1 bulk.
    LowLatencyThread.begin(threadsNamed: "ZMQbg/IO/0")
    ThreadPriority.lower(threadsNamed: "ZMQbg/IO/1")
    let watches: ByChannel<SocketLoop.Watch>
    (endpoint, watches) = try attach(context, ByChannel(each: { links[$0].socket }))
    for channel in Channel.allCases {
      start(
        SocketLoop(
          links[channel], watch: watches[channel], outbox: outboxes[channel], mailbox: mailbox,
          wakeup: wakeups[channel], linger: limits.linger),
        for: channel)
    }
  }

  deinit { closeOutboxes() }

  private func start(_ loop: SocketLoop, for channel: Channel) {
    ended.enter()
    let thread = Thread { [ended] in
      if channel == .control { LowLatencyThread.begin() } else { ThreadPriority.lower() }
      loop.run()
      ended.leave()
    }
    thread.name = "messaging"
    thread.start()
  }

  /// Has what is heard delivered, instead of by `inbound`, as much at a time as there is: for who hears
  /// thousands of messages a second, or hears each as soon as can be.
  ///
  /// - Parameter listener: called on the threads of both channels, which it must not hold up, with what
  ///   each has heard. Each delivery is to be given back to `hasRead`, sooner or later.
  public func listen(_ listener: @escaping @Sendable (Delivery) -> Void) {
    mailbox.listen(listener)
  }

  /// The listener has read what was delivered, all or a part, which counts as waiting until then.
  public func hasRead(_ delivery: Delivery) { mailbox.wasRead(delivery) }

  /// Sends, in time: never blocks. After `close` it does nothing.
  public func send(_ envelope: Envelope) { outboxes[envelope.channel].append(.send(envelope)) }

  /// Disconnects a worker that misbehaves, for as long as this messenger lives: by its key, where
  /// there are keys, and else by its name. `inbound` says so where the peer was known.
  public func cutOff(_ peer: String, reason: String) {
    outboxes[.control].append(.cutOff(peer: peer, reason: reason))
  }

  /// Hands over what was sent, waiting for the peers no longer than twice the linger; then ends the
  /// threads, and with them `inbound`.
  public func close() {
    closeOutboxes()
    ended.wait()
  }

  private func closeOutboxes() {
    for channel in Channel.allCases { outboxes[channel].close() }
  }
}

extension Messenger {
  /// Listens on `endpoint` for control and on the next port for bulk; with port 0 on any free pair.
  ///
  /// - Parameter keys: with them messages are encrypted and only workers on the list get in; without
  ///   them anybody does.
  /// - Throws: `MessagingError`: the port is in use, the host is not this machine.
  public static func serving(
    _ endpoint: Endpoint, keys: CoordinatorKeys? = nil, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard endpoint.port == 0 else {
      return try serving(exactly: endpoint, keys: keys, limits: limits)
    }
    for _ in 0..<64 {
      do {
        return try serving(exactly: endpoint, keys: keys, limits: limits)
      } catch let error as MessagingError where error.code == .inUse {
        continue  // The port after the free one is taken: take another.
      }
    }
    throw MessagingError(.inUse, "cannot listen on \(endpoint): no two free ports in a row")
  }

  private static func serving(
    exactly endpoint: Endpoint, keys: CoordinatorKeys?, limits: MessagingLimits
  ) throws -> Messenger {
    let roll = PeerRoll(limits: limits)
    return try Messenger(.router, addressing: .roll(roll), limits: limits) {
      context, sockets in
      var watches = ByChannel(both: SocketLoop.Watch.nobody)
      watches[.control] = .roll(roll)
      if let keys {
        // Before the sockets listen: without a gatekeeper ZeroMQ lets every key in.
        let gatekeeper = try Gatekeeper(keys.authorized, roll: roll, in: context)
        watches[.control] = .gatekeeper(gatekeeper, roll)
        for channel in Channel.allCases { sockets[channel].demandKeys(from: keys.secret) }
      }
      let actual = try sockets[.control].bind(to: endpoint)
      _ = try sockets[.bulk].bind(to: actual.bulk)
      return (actual, watches)
    }
  }

  /// Connects to the coordinator at `endpoint` under a name that no other worker has; goes on
  /// trying, now and whenever the connection breaks.
  ///
  /// - Parameter keys: the worker's own key and the coordinator's; without them it finds only
  ///   coordinators that demand none.
  /// - Throws: `MessagingError`: an endpoint or a name that cannot be one.
  public static func connecting(
    to endpoint: Endpoint, as identity: String, keys: WorkerKeys? = nil,
    limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard identity.isPeerName else {
      throw MessagingError(.identity, "a worker's name must have 1 to 255 bytes: \(identity)")
    }
    guard endpoint.port != 0, !endpoint.isWildcard else {
      throw MessagingError(
        .endpoint, "cannot connect to \(endpoint): name the coordinator's host and port")
    }
    return try Messenger(.dealer, addressing: .named(Data(identity.utf8)), limits: limits) {
      context, sockets in
      let watches = try ByChannel(each: { channel in
        if let keys { sockets[channel].showKeys(keys) }
        return SocketLoop.Watch.handshakes(
          try Handshakes(
            of: sockets[channel], with: channel == .control ? endpoint : endpoint.bulk,
            hasKeys: keys != nil, in: context))
      })
      return (endpoint, watches)
    }
  }
}
