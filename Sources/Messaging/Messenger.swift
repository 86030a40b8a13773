import Dispatch
import Foundation

/// Two sockets, one for control and one for bulk, and the thread that owns them.
///
/// Control messages overtake bulk ones. Between two processes each channel keeps its order; what is
/// on the way when a connection breaks may be lost, never doubled.
public final class Messenger: Sendable {
  /// Where the coordinator listens, with its actual port.
  public let endpoint: Endpoint
  /// What is heard, for one reader; ends after `close`. While the reader is behind by more than
  /// the limits, the sockets are left unread and the senders wait.
  public let inbound: AsyncStream<Inbound>
  private let outbox: Outbox
  private let ended = DispatchGroup()

  private init(
    _ kind: Socket.Kind, limits: MessagingLimits, _ attach: (Socket, Socket) throws -> Endpoint
  ) throws {
    let wakeup = try Wakeup()
    let mailbox = Mailbox(limits: limits, wakeup: wakeup)
    let context = try Context()
    let control = Link(.control, socket: try Socket(kind, in: context), limits: limits)
    let bulk = Link(.bulk, socket: try Socket(kind, in: context), limits: limits)
    outbox = Outbox(wakeup: wakeup)
    inbound = AsyncStream {
      await mailbox.next()
    } onCancel: {
      mailbox.dismissReader()
    }
    endpoint = try attach(control.socket, bulk.socket)
    let loop = SocketLoop(
      control: control, bulk: bulk, outbox: outbox, mailbox: mailbox, wakeup: wakeup,
      linger: limits.linger)
    start(loop)
  }

  deinit { outbox.close() }

  private func start(_ loop: SocketLoop) {
    ended.enter()
    let thread = Thread { [ended] in
      loop.run()
      ended.leave()
    }
    thread.name = "messaging"
    thread.start()
  }

  /// Sends, in time: never blocks. After `close` it does nothing.
  public func send(_ envelope: Envelope) { outbox.append(envelope) }

  /// Hands over what was sent, waiting for the peers no longer than twice the linger; then ends the
  /// thread, and with it `inbound`.
  public func close() {
    outbox.close()
    ended.wait()
  }
}

extension Messenger {
  /// Listens on `endpoint` for control and on the next port for bulk; with port 0 on any free pair.
  ///
  /// - Throws: `MessagingError`: the port is in use, the host is not this machine.
  public static func serving(
    _ endpoint: Endpoint, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard endpoint.port == 0 else { return try serving(exactly: endpoint, limits: limits) }
    for _ in 0..<64 {
      do {
        return try serving(exactly: endpoint, limits: limits)
      } catch let error as MessagingError where error.code == .inUse {
        continue  // The port after the free one is taken: take another.
      }
    }
    throw MessagingError(.inUse, "cannot listen on \(endpoint): no two free ports in a row")
  }

  private static func serving(exactly endpoint: Endpoint, limits: MessagingLimits) throws
    -> Messenger
  {
    try Messenger(.router, limits: limits) { control, bulk in
      let actual = try control.bind(to: endpoint)
      _ = try bulk.bind(to: actual.bulk)
      return actual
    }
  }

  /// Connects to the coordinator at `endpoint` under a name that no other worker has; goes on
  /// trying, now and whenever the connection breaks.
  ///
  /// - Throws: `MessagingError`: an endpoint or a name that cannot be one.
  public static func connecting(
    to endpoint: Endpoint, as identity: String, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    guard (1...255).contains(identity.utf8.count), identity.utf8.first != 0 else {
      throw MessagingError(.identity, "a worker's name must have 1 to 255 bytes: \(identity)")
    }
    guard endpoint.port != 0, !endpoint.isWildcard else {
      throw MessagingError(
        .endpoint, "cannot connect to \(endpoint): name the coordinator's host and port")
    }
    return try Messenger(.dealer, limits: limits) { control, bulk in
      for (socket, target) in [(control, endpoint), (bulk, endpoint.bulk)] {
        socket.setRoutingID(identity)
        try socket.connect(to: target)
      }
      return endpoint
    }
  }
}
