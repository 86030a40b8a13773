import Errors
import Foundation

extension Endpoint {
  /// The endpoint with the address that its host stands for: the first IPv4 address of a name, or the
  /// first IPv6 address of a name that has no other. An address, a host that means all interfaces,
  /// and the name of a network interface are returned as they are.
  ///
  /// - Throws: `DipperError` of code `hostUnknown` that names the host.
  public func resolved() throws -> Endpoint {
    // `localhost` needs no name server, and must not depend on one.
    if host == "localhost" { return Endpoint(host: "127.0.0.1", port: port) }
    guard !isWildcard, !isIPv6, !isAddress, if_nametoindex(host) == 0 else { return self }
    let addresses = try lookUp(host, for: self)
    guard let address = addresses.first(where: { !$0.contains(":") }) ?? addresses.first else {
      throw unknownHost(in: self, because: "it has no address")
    }
    return Endpoint(host: address.contains(":") ? "[\(address)]" : address, port: port)
  }
}

/// Returns the addresses of a host in the system's order of preference.
private func lookUp(_ host: String, for endpoint: Endpoint) throws -> [String] {
  var hints = addrinfo()
  hints.ai_family = AF_UNSPEC
  hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  var first: UnsafeMutablePointer<addrinfo>?
  let status = getaddrinfo(host, nil, &hints, &first)
  guard status == 0 else {
    throw unknownHost(in: endpoint, because: String(cString: gai_strerror(status)))
  }
  defer { freeaddrinfo(first) }
  return sequence(first: first) { $0?.pointee.ai_next }.compactMap { $0.flatMap(numericText) }
}

private func numericText(of entry: UnsafeMutablePointer<addrinfo>) -> String? {
  var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
  let status = getnameinfo(
    entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
    NI_NUMERICHOST)
  return status == 0
    ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
}

private func unknownHost(in endpoint: Endpoint, because reason: String) -> DipperError {
  DipperError(
    .hostUnknown,
    "\(endpoint): the host \(endpoint.host) cannot be looked up (\(reason)); correct the name, add "
      + "it to /etc/hosts, or give an address")
}
