import Errors

/// The address on which a coordinator listens, `tcp://host:port`. Bulk messages use the next port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A host name, an IPv4 address, an IPv6 address in brackets, or `*` for all interfaces.
  public let host: String
  /// The port, from 1 to 65534, or 0 for any free port.
  public let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Parses an endpoint of the form `tcp://host:port`. The port `*` means 0.
  ///
  /// - Throws: `DipperError` of code `endpointInvalid`.
  public init(parsing text: String) throws {
    let scheme = "tcp://"
    guard text.hasPrefix(scheme), let colon = text.lastIndex(of: ":") else {
      throw Self.malformed(text, because: "it must look like tcp://host:7077")
    }
    let start = text.index(text.startIndex, offsetBy: scheme.count)
    guard start < colon else { throw Self.malformed(text, because: "it lacks a host or a port") }
    host = String(text[start..<colon])
    try Self.check(host: host, in: text)
    port = try Self.port(text[text.index(after: colon)...], in: text)
  }

  /// The endpoint for bulk messages: the next port of the same host.
  public var bulk: Endpoint { Endpoint(host: host, port: port + 1) }

  /// The endpoint as text, `tcp://host:port`.
  public var description: String { "tcp://\(host):\(port == 0 ? "*" : String(port))" }

  /// True if only processes on this machine can reach the endpoint. For a name other than `localhost`
  /// ask the endpoint that `resolved()` returns.
  public var isLoopback: Bool {
    host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && isAddress)
  }

  /// True if the host stands for all interfaces. A process can listen on such a host, but not
  /// connect to it.
  var isWildcard: Bool { ["*", "0.0.0.0", "[::]"].contains(host) }

  var isIPv6: Bool { host.hasPrefix("[") }

  /// True if the host is an IPv4 address: four numbers separated by dots.
  var isAddress: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  private static func port(_ digits: Substring, in text: String) throws -> Int {
    if digits == "*" { return 0 }
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), port < 65535
    else {
      throw malformed(text, because: "the port must be from 0 to 65534, or * for any free one")
    }
    return port
  }

  private static func check(host: String, in text: String) throws {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
    guard isBracketed || host.utf8.allSatisfy(\.isPlainNameByte) || host == "*" else {
      throw malformed(
        text, because: "\(host) is not a host name; an IPv6 address needs brackets")
    }
  }

  private static func malformed(_ text: String, because reason: String) -> DipperError {
    DipperError(.endpointInvalid, "\(text) is not an endpoint: \(reason)")
  }
}

extension UInt8 {
  /// True for the ASCII letters and digits, `-`, `.` and `_`.
  var isPlainNameByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
