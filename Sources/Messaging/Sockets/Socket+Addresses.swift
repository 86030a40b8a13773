import CZeroMQ
import Errors

extension Socket {
  /// Listens on `endpoint` and returns the endpoint with its actual port.
  ///
  /// - Throws: `DipperError` of code `endpointInUse`, `endpointUnavailable` or
  ///   `socketsUnavailable`.
  func bind(to endpoint: Endpoint) throws -> Endpoint {
    if endpoint.isIPv6 { allowIPv6() }
    guard zmq_bind(handle, endpoint.bindable) == 0 else {
      throw Self.refusal(of: endpoint, number: zmq_errno())
    }
    guard endpoint.port == 0 else { return endpoint }
    return Endpoint(host: endpoint.host, port: boundPort)
  }

  /// Starts to connect to `endpoint`. ZeroMQ connects as soon as a process listens there.
  ///
  /// - Throws: `DipperError` of code `endpointInvalid`.
  func connect(to endpoint: Endpoint) throws {
    if endpoint.isIPv6 { allowIPv6() }
    guard zmq_connect(handle, endpoint.description) == 0 else {
      throw DipperError(
        .endpointInvalid, "cannot connect to \(endpoint): \(errorText(zmq_errno()))")
    }
  }

  /// Connects again after the end of a connection that ZeroMQ does not restore by itself.
  func reconnect(to endpoint: Endpoint) {
    // Errors are ignored: the old connection may be gone already, and the endpoint was valid
    // before.
    _ = zmq_disconnect(handle, endpoint.description)
    _ = zmq_connect(handle, endpoint.description)
  }

  private var boundPort: Int {
    var text = [CChar](repeating: 0, count: 256)
    var size = text.count
    let status = zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &size)
    precondition(status == 0, "a bound socket without an endpoint: \(errorText(zmq_errno()))")
    let endpoint = String(decoding: text.prefix(max(size - 1, 0)).map(UInt8.init), as: UTF8.self)
    return endpoint.split(separator: ":").last.flatMap { Int($0) } ?? 0
  }

  private static func refusal(of endpoint: Endpoint, number: Int32) -> DipperError {
    switch number {
    case EADDRINUSE:
      DipperError(
        .endpointInUse,
        "cannot listen on \(endpoint): another process uses it; end that process or choose another port"
      )
    case EACCES:
      DipperError(
        .endpointUnavailable,
        "cannot listen on \(endpoint): not permitted; choose a port from 1024 on")
    case ENODEV, EADDRNOTAVAIL, EINVAL:
      DipperError(
        .endpointUnavailable,
        "cannot listen on \(endpoint): this machine has no such address; "
          + "use 127.0.0.1 for this machine alone or 0.0.0.0 for all of its networks")
    default:
      DipperError(.socketsUnavailable, "cannot listen on \(endpoint): \(errorText(number))")
    }
  }
}

extension Endpoint {
  /// The address in a form on which ZeroMQ can listen. ZeroMQ resolves no host names when it
  /// listens.
  fileprivate var bindable: String {
    Endpoint(host: host == "localhost" ? "127.0.0.1" : host, port: port).description
  }
}
