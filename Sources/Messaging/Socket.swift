import CZeroMQ
import Foundation

/// How sending went.
enum SendOutcome: Hashable {
  /// Handed to ZeroMQ.
  case sent
  /// Its queue is full; try again.
  case full
  /// The peer is not connected.
  case unreachable
}

/// One ZeroMQ socket; used on the thread that made it.
struct Socket {
  let handle: UnsafeMutableRawPointer
  private let isRouter: Bool

  init(
    _ context: UnsafeMutableRawPointer, isRouter: Bool, identity: String?, _ limits: MessagingLimits
  ) throws {
    guard let handle = zmq_socket(context, isRouter ? ZMQ_ROUTER : ZMQ_DEALER) else {
      throw MessagingError(.library, "ZeroMQ cannot open a socket: \(lastError())")
    }
    (self.handle, self.isRouter) = (handle, isRouter)
    set(ZMQ_LINGER, Int32(limits.linger * 1000))
    set(ZMQ_HANDSHAKE_IVL, Int32(limits.handshake * 1000))
    set(ZMQ_HEARTBEAT_IVL, 2000)
    set(ZMQ_HEARTBEAT_TIMEOUT, 10_000)
    set(ZMQ_TCP_KEEPALIVE, 1)
    set(ZMQ_RECONNECT_IVL, 100)
    set(ZMQ_RECONNECT_IVL_MAX, 2000)
    set(ZMQ_IPV6, 1)
    var size = Int64(limits.messageSize)
    zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &size, MemoryLayout<Int64>.size)
    if isRouter {
      // An unknown peer is an error, not a silent loss; one that returns replaces its old self.
      set(ZMQ_ROUTER_MANDATORY, 1)
      set(ZMQ_ROUTER_HANDOVER, 1)
    }
    if let identity { zmq_setsockopt(handle, ZMQ_ROUTING_ID, identity, identity.utf8.count) }
  }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
  }

  func close() { zmq_close(handle) }

  func send(_ envelope: Envelope) -> SendOutcome {
    if isRouter {
      let status = zmq_send(
        handle, envelope.peer, envelope.peer.utf8.count, ZMQ_DONTWAIT | ZMQ_SNDMORE)
      guard status >= 0 else { return outcome(of: zmq_errno()) }
    }
    let status = envelope.payload.withUnsafeBytes {
      zmq_send(handle, $0.baseAddress, $0.count, ZMQ_DONTWAIT)
    }
    return status >= 0 ? .sent : outcome(of: zmq_errno())
  }

  private func outcome(of code: Int32) -> SendOutcome {
    code == EHOSTUNREACH ? .unreachable : .full
  }

  /// The next message, or nil where there is none; `envelope` is nil for one that is not ours.
  func receive(_ channel: Channel) -> (envelope: Envelope?, parts: Int)? {
    guard let first = receivePart() else { return nil }
    var parts = [first.bytes]
    var hasMore = first.hasMore
    while hasMore, let part = receivePart() {
      if parts.count < 3 { parts.append(part.bytes) }
      hasMore = part.hasMore
    }
    guard parts.count == (isRouter ? 2 : 1) else { return (nil, parts.count) }
    let peer = isRouter ? String(decoding: parts[0], as: UTF8.self) : ""
    return (Envelope(peer: peer, channel: channel, payload: parts[parts.count - 1]), parts.count)
  }

  private func receivePart() -> (bytes: Data, hasMore: Bool)? {
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    guard zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 else { return nil }
    let size = zmq_msg_size(&message)
    let bytes = zmq_msg_data(&message).map { Data(bytes: $0, count: size) } ?? Data()
    return (bytes, zmq_msg_more(&message) != 0)
  }

  func bind(_ endpoint: Endpoint) throws {
    let host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host
    let address = "tcp://\(host):\(endpoint.port == 0 ? "*" : "\(endpoint.port)")"
    guard zmq_bind(handle, address) != 0 else { return }
    let code = zmq_errno()
    if code == EADDRINUSE {
      throw MessagingError(
        .inUse,
        "port \(endpoint.port) on \(host) is in use; stop what listens there or choose "
          + "another port (the bulk socket takes the next one)")
    }
    throw MessagingError(
      .endpoint,
      "cannot listen on \(endpoint): \(lastError(code)); is it an address of this "
        + "machine?")
  }

  func connect(to endpoint: Endpoint) throws {
    guard zmq_connect(handle, endpoint.description) != 0 else { return }
    throw MessagingError(.endpoint, "cannot connect to \(endpoint): \(lastError())")
  }

  /// The port that a bound socket has got.
  func boundPort() throws -> Int {
    var text = [CChar](repeating: 0, count: 256)
    var size = text.count
    guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &size) == 0 else {
      throw MessagingError(.library, "ZeroMQ does not say its port: \(lastError())")
    }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let address = String(decoding: bytes, as: UTF8.self)
    guard let port = address.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw MessagingError(.library, "ZeroMQ listens at an unknown place: \(address)")
    }
    return port
  }
}

/// ZeroMQ's text for an error number.
func lastError(_ code: Int32 = zmq_errno()) -> String { String(cString: zmq_strerror(code)) }

/// The control and the bulk socket of a role, bound or connected.
func openSockets(_ role: Role, _ context: UnsafeMutableRawPointer, _ limits: MessagingLimits) throws
  -> ([Socket], Endpoint)
{
  switch role {
  case .client(let endpoint, let identity):
    let pair = try (0..<2).map { _ in
      try Socket(context, isRouter: false, identity: identity, limits)
    }
    return try closingOnFailure(pair) {
      try pair[0].connect(to: endpoint)
      try pair[1].connect(to: endpoint.bulk)
      return endpoint
    }
  case .server(let endpoint):
    // A free port's neighbour may be taken; another pair is tried then.
    let tries = endpoint.port == 0 ? 50 : 1
    for remaining in (0..<tries).reversed() {
      do { return try bindPair(endpoint, context, limits) } catch let error as MessagingError {
        guard error.code == .inUse, remaining > 0 else { throw error }
      }
    }
    throw MessagingError(.inUse, "no two free ports side by side on \(endpoint.host)")
  }
}

private func bindPair(
  _ endpoint: Endpoint, _ context: UnsafeMutableRawPointer, _ limits: MessagingLimits
) throws -> ([Socket], Endpoint) {
  let pair = try (0..<2).map { _ in try Socket(context, isRouter: true, identity: nil, limits) }
  return try closingOnFailure(pair) {
    try pair[0].bind(endpoint)
    let bound = Endpoint(host: endpoint.host, port: try pair[0].boundPort())
    try pair[1].bind(bound.bulk)
    return bound
  }
}

private func closingOnFailure(_ pair: [Socket], _ body: () throws -> Endpoint) throws
  -> ([Socket], Endpoint)
{
  do { return (pair, try body()) } catch {
    for socket in pair { socket.close() }
    throw error
  }
}
