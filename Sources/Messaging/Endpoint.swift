/// Where a coordinator listens: `tcp://host:port`, and the port after it for bulk bytes.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A host's name, an address, an IPv6 address in brackets, or `*` for all interfaces.
  public let host: String
  /// From 1 to 65534; 0 stands for any free one.
  public let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `tcp://host:port`; port `*` is 0.
  ///
  /// - Throws: `MessagingError` of code `endpoint`.
  public init(parsing text: String) throws {
    let scheme = "tcp://"
    guard text.hasPrefix(scheme), let colon = text.lastIndex(of: ":") else {
      throw Self.malformed(text, "it must look like tcp://host:7077")
    }
    let start = text.index(text.startIndex, offsetBy: scheme.count)
    guard start < colon else { throw Self.malformed(text, "it lacks a host or a port") }
    host = String(text[start..<colon])
    try Self.check(host: host, in: text)
    port = try Self.port(text[text.index(after: colon)...], in: text)
  }

  /// The same host's socket for bulk bytes: the next port.
  public var bulk: Endpoint { Endpoint(host: host, port: port + 1) }

  /// `tcp://host:port`.
  public var description: String { "tcp://\(host):\(port == 0 ? "*" : String(port))" }

  /// Whether only processes on this machine can reach it.
  public var isLoopback: Bool {
    host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && isAddress)
  }

  /// Whether it stands for all interfaces, which one can listen on and not connect to.
  var isWildcard: Bool { ["*", "0.0.0.0", "[::]"].contains(host) }

  var isIPv6: Bool { host.hasPrefix("[") }

  /// Four numbers with dots between them.
  private var isAddress: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  private static func port(_ digits: Substring, in text: String) throws -> Int {
    if digits == "*" { return 0 }
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), port < 65535
    else {
      throw malformed(text, "the port must be from 0 to 65534, or * for any free one")
    }
    return port
  }

  private static func check(host: String, in text: String) throws {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
    let isName = host.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == 45 || byte == 46 || byte == 95
    }
    guard isBracketed || isName || host == "*" else {
      throw malformed(text, "\(host) is no host; an IPv6 address needs brackets")
    }
  }

  private static func malformed(_ text: String, _ reason: String) -> MessagingError {
    MessagingError(.endpoint, "\(text) is no endpoint: \(reason)")
  }
}
