import Foundation
import Messaging

/// A coordinator's and a worker's messenger, connected on this machine.
struct Pair {
  let server: Messenger
  let client: Messenger

  init(limits: MessagingLimits = MessagingLimits(), client identity: String = "worker") throws {
    server = try .serving(Self.loopback, limits: limits)
    client = try .connecting(to: server.endpoint, as: identity, limits: limits)
  }

  static let loopback: Endpoint = {
    do { return try Endpoint(parsing: "tcp://127.0.0.1:*") } catch { fatalError("\(error)") }
  }()

  func close() {
    client.close()
    server.close()
  }
}

extension Messenger {
  /// Sends text.
  func say(_ text: String, to peer: String = "", over channel: Channel = .control) {
    send(Envelope(peer: peer, channel: channel, payload: Data(text.utf8)))
  }

  /// The next thing heard; a stream has one reader, so this is for one thing only.
  func hear() async -> Inbound? { await inbound.first { _ in true } }
}

extension Inbound {
  /// The message's text.
  var text: String? {
    if case .message(let envelope) = self {
      String(decoding: envelope.payload, as: UTF8.self)
    } else {
      nil
    }
  }
}
