import Foundation
import Messaging

/// A coordinator's and a worker's messenger, connected on this machine.
struct ConnectedPair {
  let server: Messenger
  let client: Messenger

  init(limits: MessagingLimits = MessagingLimits(), client name: String = "worker") throws {
    server = try .serving(.freeLoopback, limits: limits)
    client = try .connecting(to: server.endpoint, as: name, limits: limits)
  }

  func close() {
    client.close()
    server.close()
  }
}

extension Endpoint {
  /// Any two free ports of this machine that other machines cannot reach.
  static let freeLoopback: Endpoint = {
    do { return try Endpoint(parsing: "tcp://127.0.0.1:*") } catch { fatalError("\(error)") }
  }()
}

extension Messenger {
  /// Sends a text as a message.
  func send(_ text: String, to peer: String = "", over channel: Channel = .control) {
    send(Envelope(peer: peer, channel: channel, payload: Data(text.utf8)))
  }

  /// Returns the next message or event.
  ///
  /// A stream has one reader at a time, so that a test calls this only if it does not iterate over `inbound`.
  func next() async -> Inbound? { await inbound.first { _ in true } }
}

extension Inbound {
  /// The text of a message, or nil for an event.
  var text: String? {
    if case .message(let envelope) = self {
      String(decoding: envelope.payload, as: UTF8.self)
    } else {
      nil
    }
  }
}
