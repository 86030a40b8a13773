import Foundation

/// One channel's socket and what waits for it, peer by peer.
final class Link {
  private struct Queue {
    var payloads = FIFO<Data>()
    var bytes = 0
  }

  let channel: Channel
  let socket: Socket
  private let limits: MessagingLimits
  private var queues: [String: Queue] = [:]

  init(_ channel: Channel, socket: Socket, limits: MessagingLimits) {
    self.channel = channel
    self.socket = socket
    self.limits = limits
    socket.configure(channel, limits: limits)
  }

  /// Whether something waits to be sent.
  var isBacklogged: Bool { !queues.isEmpty }

  /// Queues a message; where too much waits for its peer already, drops it all and says so.
  func enqueue(_ envelope: Envelope) -> Inbound? {
    var queue = queues[envelope.peer] ?? Queue()
    queue.payloads.append(envelope.payload)
    queue.bytes += envelope.payload.count
    if queue.payloads.count > limits.outboundMessages || queue.bytes > limits.outboundBytes {
      return drop(envelope.peer)
    }
    queues[envelope.peer] = queue
    return nil
  }

  /// Sends what the socket takes, at most about `budget` bytes, and tells whom it cannot reach.
  func flush(budget: Int) -> [Inbound] {
    var left = budget
    return Array(queues.keys).compactMap { left > 0 ? flush($0, &left) : nil }
  }

  private func flush(_ peer: String, _ left: inout Int) -> Inbound? {
    // Taken out while it changes: a second reference would copy it at every message.
    guard var queue = queues.removeValue(forKey: peer) else { return nil }
    while left > 0, let payload = queue.payloads.first {
      switch socket.send(payload, to: peer) {
      case .sent:
        _ = queue.payloads.popFirst()
        queue.bytes -= payload.count
        left -= payload.count
      case .full:
        queues[peer] = queue
        return nil
      case .unreachable:
        return drop(peer)
      }
    }
    if !queue.payloads.isEmpty { queues[peer] = queue }
    return nil
  }

  private func drop(_ peer: String) -> Inbound {
    queues[peer] = nil
    return .undeliverable(peer: peer, channel: channel)
  }

  /// Reads up to `count` messages; false where there may be more.
  func receive(atMost count: Int, _ deliver: (Inbound) -> Void) -> Bool {
    for _ in 0..<count {
      switch socket.receive() {
      case .message(let peer, let payload):
        deliver(.message(Envelope(peer: peer, channel: channel, payload: payload)))
      case .unintelligible: continue
      case .nothing: return true
      }
    }
    return false
  }
}
