import CZeroMQ
import Foundation

/// Tells a worker why its coordinator does not let it in, and tries again: ZeroMQ itself says
/// nothing, and gives up for good where a key is refused.
///
/// It belongs to the socket's thread.
final class Handshakes {
  /// Seconds after a refusal until the next try.
  private static let pause = 1.0

  let handle: UnsafeMutableRawPointer
  private let context: Context
  private let socket: Socket
  private let endpoint: Endpoint
  private let hasKeys: Bool
  private var noted: Set<String> = []
  /// When to try again.
  private(set) var retry: Double?

  /// Connects `socket` to `endpoint` and watches over it.
  init(of socket: Socket, with endpoint: Endpoint, hasKeys: Bool, in context: Context) throws {
    let address = "inproc://handshakes-\(endpoint.port)"
    let events =
      ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
      | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    guard zmq_socket_monitor(socket.handle, address, events) == 0,
      let handle = zmq_socket(context.handle, ZMQ_PAIR)
    else { throw MessagingError(.resources, "no more sockets: \(systemText(zmq_errno()))") }
    (self.handle, self.context, self.socket) = (handle, context, socket)
    (self.endpoint, self.hasKeys) = (endpoint, hasKeys)
    let status = zmq_connect(handle, address)
    precondition(status == 0, "a monitor that is not there: \(systemText(zmq_errno()))")
    try socket.connect(to: endpoint)
  }

  deinit { _ = zmq_close(handle) }

  /// What has gone wrong since the last call, each kind of thing once.
  func news(at now: Double) -> [Inbound] {
    var news: [Inbound] = []
    while let frames = receiveFrames(from: handle) {
      guard let event = Self.event(frames) else { continue }
      if event != ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL { retry = retry ?? now + Self.pause }
      let reason = reason(event)
      if noted.insert(reason).inserted { news.append(.refused(reason: reason)) }
    }
    if let instant = retry, instant <= now {
      retry = nil
      socket.reconnect(to: endpoint)
    }
    return news
  }

  /// A frame of the event's number in two bytes and its value in four, and one of the address.
  private static func event(_ frames: [Data]) -> Int32? {
    guard let event = frames.first, event.count == 6 else { return nil }
    return Int32(event[event.startIndex]) | Int32(event[event.startIndex + 1]) << 8
  }

  private func reason(_ event: Int32) -> String {
    if event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH {
      return "the coordinator at \(endpoint) does not let this worker's key in: copy worker.public "
        + "to NAME.public in the folder `authorized` of the coordinator's keys, unless its log says "
        + "that this worker was cut off"
    }
    return "the coordinator at \(endpoint) ends the connection before it has begun: "
      + (hasKeys
        ? "it uses no keys, or coordinator.public here is not its own"
        : "it may let in workers with keys only; make them there with `dipper keygen` and name "
          + "them here with --keys")
  }
}
