/// Where a coordinator listens: `tcp://HOST:PORT`.
///
/// The control socket has this port and the bulk socket the next one.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address; IPv6 in brackets; `0.0.0.0` or `*` for all interfaces.
  public let host: String
  /// 1...65534, or 0 for a free pair of ports.
  public let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// An endpoint from its text; `*` as port means a free one.
  ///
  /// - Throws: `MessagingError` of code `endpoint`.
  public init(parsing text: String) throws {
    let scheme = "tcp://"
    guard text.hasPrefix(scheme), let colon = text.lastIndex(of: ":"),
      colon > text.index(text.startIndex, offsetBy: scheme.count)
    else {
      throw MessagingError(
        .endpoint,
        "`\(text)` is not an endpoint; write tcp://HOST:PORT, for instance "
          + "tcp://127.0.0.1:7077")
    }
    let host = String(text[text.index(text.startIndex, offsetBy: scheme.count)..<colon])
    let portText = text[text.index(after: colon)...]
    let port = portText == "*" ? 0 : Int(portText)
    guard let port, (0...65534).contains(port), !host.contains("/") else {
      throw MessagingError(
        .endpoint,
        "`\(text)` has no usable port; it must be 1 to 65534, for the bulk socket has "
          + "the next one")
    }
    self.init(host: host == "*" ? "0.0.0.0" : host, port: port)
  }

  /// Where bulk bytes travel: the next port.
  public var bulk: Endpoint { Endpoint(host: host, port: port + 1) }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool {
    host == "localhost" || host == "[::1]"
      || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
  }

  /// `tcp://HOST:PORT`.
  public var description: String { "tcp://\(host):\(port)" }
}
