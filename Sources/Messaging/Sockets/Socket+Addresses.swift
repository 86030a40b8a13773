import CZeroMQ
import Errors

extension Socket {
  /// Listens on `endpoint` and returns the endpoint with its actual address and port. ZeroMQ itself
  /// resolves no host names when it listens.
  ///
  /// - Throws: `DipperError` of code `hostUnknown`, `endpointInUse`, `endpointUnavailable` or
  ///   `socketsUnavailable`.
  func bind(to endpoint: Endpoint) throws -> Endpoint {
    let address = try endpoint.resolved()
    if address.isIPv6 { allowIPv6() }
    guard zmq_bind(handle, address.description) == 0 else {
      throw Self.refusal(of: endpoint, at: address, number: zmq_errno())
    }
    guard address.port == 0 else { return address }
    return Endpoint(host: address.host, port: boundPort)
  }

  /// Starts to connect to `endpoint`. ZeroMQ connects as soon as a process listens there, and looks a
  /// name up again each time, so that the coordinator may move to another address.
  ///
  /// - Throws: `DipperError` of code `hostUnknown` or `endpointInvalid`.
  func connect(to endpoint: Endpoint) throws {
    if try endpoint.resolved().isIPv6 { allowIPv6() }
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

  private static func refusal(
    of endpoint: Endpoint, at address: Endpoint, number: Int32
  ) -> DipperError {
    let name =
      endpoint.host == address.host ? "\(endpoint)" : "\(endpoint), which is \(address)"
    return switch number {
    case EADDRINUSE:
      DipperError(
        .endpointInUse,
        "cannot listen on \(name): another process uses it; end that process or choose another port"
      )
    case EACCES:
      DipperError(
        .endpointUnavailable,
        "cannot listen on \(name): not permitted; choose a port from 1024 on")
    case ENODEV, EADDRNOTAVAIL, EINVAL:
      DipperError(
        .endpointUnavailable,
        "cannot listen on \(name): this machine has no such address; "
          + "use 127.0.0.1 for this machine alone or 0.0.0.0 for all of its networks")
    default:
      DipperError(.socketsUnavailable, "cannot listen on \(name): \(errorText(number))")
    }
  }
}
