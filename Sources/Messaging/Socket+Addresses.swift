import CZeroMQ

extension Socket {
  /// Listens at `endpoint` and returns it with the port that it got.
  ///
  /// - Throws: `MessagingError` of code `inUse` or `unavailable`.
  func bind(to endpoint: Endpoint) throws -> Endpoint {
    if endpoint.isIPv6 { allowIPv6() }
    guard zmq_bind(handle, endpoint.bindable) == 0 else {
      throw Self.refusal(of: endpoint, number: zmq_errno())
    }
    guard endpoint.port == 0 else { return endpoint }
    return Endpoint(host: endpoint.host, port: boundPort)
  }

  /// Connects to `endpoint`, now or as soon as somebody listens there.
  ///
  /// - Throws: `MessagingError` of code `endpoint`.
  func connect(to endpoint: Endpoint) throws {
    if endpoint.isIPv6 { allowIPv6() }
    guard zmq_connect(handle, endpoint.description) == 0 else {
      let reason = systemText(zmq_errno())
      throw MessagingError(.endpoint, "cannot connect to \(endpoint): \(reason)")
    }
  }

  /// Connects again where a connection has ended for good.
  func reconnect(to endpoint: Endpoint) {
    // It may be gone already, and that it can be connected to was seen before.
    _ = zmq_disconnect(handle, endpoint.description)
    _ = zmq_connect(handle, endpoint.description)
  }

  private var boundPort: Int {
    var text = [CChar](repeating: 0, count: 256)
    var size = text.count
    let status = zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &size)
    precondition(status == 0, "a bound socket without an endpoint: \(systemText(zmq_errno()))")
    let endpoint = String(decoding: text.prefix(max(size - 1, 0)).map(UInt8.init), as: UTF8.self)
    return endpoint.split(separator: ":").last.flatMap { Int($0) } ?? 0
  }

  private static func refusal(of endpoint: Endpoint, number: Int32) -> MessagingError {
    switch number {
    case EADDRINUSE:
      MessagingError(
        .inUse,
        "cannot listen on \(endpoint): in use by another process; end it or choose another port")
    case EACCES:
      MessagingError(
        .unavailable,
        "cannot listen on \(endpoint): not permitted; choose a port from 1024 on")
    case ENODEV, EADDRNOTAVAIL, EINVAL:
      MessagingError(
        .unavailable,
        "cannot listen on \(endpoint): this machine has no such address; "
          + "use 127.0.0.1 for this machine alone or 0.0.0.0 for all of its networks")
    default:
      MessagingError(.resources, "cannot listen on \(endpoint): \(systemText(number))")
    }
  }
}

extension Endpoint {
  /// As ZeroMQ wants it to listen: it looks no names up for that.
  fileprivate var bindable: String {
    Endpoint(host: host == "localhost" ? "127.0.0.1" : host, port: port).description
  }
}
