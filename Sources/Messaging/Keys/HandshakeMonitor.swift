import CZeroMQ
import Errors
import Foundation

/// Observes a worker's handshakes with its coordinator, reports why the worker is refused, and
/// connects again.
///
/// ZeroMQ itself does not report a refusal, and does not try again after a key was refused. Only
/// the thread that owns the socket may use the monitor.
final class HandshakeMonitor {
  /// The time from a refusal to the next attempt to connect.
  private static let pause: Duration = .seconds(1)

  let handle: UnsafeMutableRawPointer
  private let context: Context
  private let socket: Socket
  private let endpoint: Endpoint
  private let hasKeys: Bool
  private var reported: Set<String> = []
  /// The time of the next attempt to connect, or nil if none is planned.
  private(set) var reconnection: ContinuousClock.Instant?

  /// Connects `socket` to `endpoint` and observes it.
  init(
    of socket: Socket, connectingTo endpoint: Endpoint, hasKeys: Bool, in context: Context
  ) throws {
    let address = "inproc://handshakes-\(endpoint.port)"
    let events =
      ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
      | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    guard zmq_socket_monitor(socket.handle, address, events) == 0,
      let handle = zmq_socket(context.handle, ZMQ_PAIR)
    else {
      throw DipperError(
        .socketsUnavailable, "the system gives no more sockets: \(errorText(zmq_errno()))")
    }
    self.handle = handle
    self.context = context
    self.socket = socket
    self.endpoint = endpoint
    self.hasKeys = hasKeys
    let status = zmq_connect(handle, address)
    precondition(status == 0, "a missing monitor: \(errorText(zmq_errno()))")
    try socket.connect(to: endpoint)
  }

  deinit { _ = zmq_close(handle) }

  /// Connects again if the planned time has come, and returns an event for each new reason of a
  /// failed handshake.
  func process(at now: ContinuousClock.Instant) -> [Inbound] {
    var events: [Inbound] = []
    while let frames = Frame.all(receivedFrom: handle) {
      guard let event = Self.event(in: frames) else { continue }
      if event != ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL {
        reconnection = reconnection ?? now + Self.pause
      }
      let reason = reason(for: event)
      if reported.insert(reason).inserted { events.append(.refused(reason: reason)) }
    }
    if let instant = reconnection, instant <= now {
      reconnection = nil
      socket.reconnect(to: endpoint)
    }
    return events
  }

  /// Returns the number of an event, or nil if the frames are not an event.
  ///
  /// - Parameter frames: The first frame holds the number in two bytes and a value in four. The
  ///   second holds the address.
  private static func event(in frames: [Data]) -> Int32? {
    guard let event = frames.first, event.count == 6 else { return nil }
    return Int32(event[event.startIndex]) | Int32(event[event.startIndex + 1]) << 8
  }

  private func reason(for event: Int32) -> String {
    if event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH {
      return "the coordinator at \(endpoint) does not admit this worker's key: copy worker.public "
        + "to NAME.public in the folder `authorized` of the coordinator's keys, unless its log says "
        + "that this worker was cut off"
    }
    return "the coordinator at \(endpoint) ends the connection before it has begun: "
      + (hasKeys
        ? "it uses no keys, or coordinator.public here is not its own"
        : "it may admit only workers with keys; make them there with `dipper keygen` and name "
          + "them here with --keys")
  }
}
