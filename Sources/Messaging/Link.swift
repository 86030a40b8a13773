import Foundation

/// One channel's socket and what waits for it, peer by peer.
final class Link {
  private struct Queue {
    var payloads = FIFO<Data>()
    var bytes = 0
    /// Since when its peer's connection is known to be broken.
    var brokenSince: Double?

    mutating func append(_ payload: Data) {
      payloads.append(payload)
      bytes += payload.count
    }

    func exceeds(_ limits: MessagingLimits, on channel: Channel) -> Bool {
      payloads.count > limits.outboundMessages
        || bytes > (channel == .control ? limits.outboundControl : limits.outboundBulk)
    }
  }

  let channel: Channel
  let socket: Socket
  private let limits: MessagingLimits
  private let addressing: Addressing
  private var queues: [String: Queue] = [:]
  /// Bytes in all queues.
  private var waiting = 0

  /// How a message finds its reader.
  enum Addressing {
    /// A worker's: to the coordinator, under this name.
    case named(Data)
    /// A coordinator's: to one of many peers.
    case roll(PeerRoll)
  }

  init(_ channel: Channel, socket: Socket, addressing: Addressing, limits: MessagingLimits) {
    (self.channel, self.socket) = (channel, socket)
    (self.addressing, self.limits) = (addressing, limits)
    socket.configure(channel, limits: limits)
  }

  /// Whether something waits to be sent.
  var isBacklogged: Bool { !queues.isEmpty }

  /// Whether something waits that the socket might take at once: the last budget was spent.
  private(set) var maySendOn = false

  /// Queues a message; where too much waits for its peer, drops it all and says so. Where too much
  /// waits for all peers, the one for which most waits is treated so.
  func enqueue(_ envelope: Envelope) -> Inbound? {
    // In place: a second reference would copy all that waits at every message.
    queues[envelope.peer, default: Queue()].append(envelope.payload)
    waiting += envelope.payload.count
    if queues[envelope.peer]?.exceeds(limits, on: channel) == true { return drop(envelope.peer) }
    guard channel == .bulk, waiting > limits.outboundBulkInAll else { return nil }
    return queues.max { $0.value.bytes < $1.value.bytes }.map { drop($0.key) }
  }

  /// Sends what the socket takes, at most about `budget` bytes, and tells whom it cannot reach.
  func flush(budget: Int, at now: Double) -> [Inbound] {
    var left = budget
    defer { maySendOn = left <= 0 && isBacklogged }
    return Array(queues.keys).compactMap { left > 0 ? flush($0, &left, at: now) : nil }
  }

  private func flush(_ peer: String, _ left: inout Int, at now: Double) -> Inbound? {
    guard let envelope = envelope(for: peer) else { return drop(peer) }
    // Taken out while it changes: a second reference would copy it at every message.
    guard var queue = queues.removeValue(forKey: peer) else { return nil }
    while left > 0, let payload = queue.payloads.first {
      switch socket.send(payload, behind: envelope) {
      case .sent:
        _ = queue.payloads.popFirst()
        queue.bytes -= payload.count
        waiting -= payload.count
        queue.brokenSince = nil
        left -= payload.count
      case .full:
        queues[peer] = queue
        return nil
      case .unreachable:
        return wait(for: peer, with: queue, at: now)
      }
    }
    if !queue.payloads.isEmpty { queues[peer] = queue }
    return nil
  }

  private func envelope(for peer: String) -> Data? {
    switch addressing {
    case .named(let name): name
    case .roll(let roll): roll.connection(of: peer, on: channel)
    }
  }

  /// A worker whose connection broke connects again by itself, and is known by its next message.
  private func wait(for peer: String, with queue: Queue, at now: Double) -> Inbound? {
    var queue = queue
    let start = queue.brokenSince ?? now
    queue.brokenSince = start
    queues[peer] = queue
    return now - start < limits.absence ? nil : drop(peer)
  }

  private func drop(_ peer: String) -> Inbound {
    waiting -= queues.removeValue(forKey: peer)?.bytes ?? 0
    return .undeliverable(peer: peer, channel: channel)
  }

  /// Reads up to `count` messages, and none after the one with which they have `bytes`; false where there
  /// may be more.
  func receive(
    atMost count: Int, bytes: Int, at now: Double, _ deliver: (Inbound) -> Void
  ) -> Bool {
    var (left, count) = (bytes, count)
    while left > 0, count > 0 {
      count -= 1
      switch socket.receive() {
      case .payload(let payload):
        let inbound = Inbound.message(Envelope(peer: "", channel: channel, payload: payload))
        left -= inbound.bytes
        deliver(inbound)
      case .arrival(let arrival):
        hear(arrival, at: now) { inbound in
          left -= inbound.bytes
          deliver(inbound)
        }
      case .unintelligible: continue
      case .nothing: return true
      }
    }
    return false
  }

  private func hear(_ arrival: Arrival, at now: Double, _ deliver: (Inbound) -> Void) {
    guard case .roll(let roll) = addressing else { return }
    switch roll.hear(arrival, on: channel, at: now) {
    case .admitted:
      let envelope = Envelope(peer: arrival.name, channel: channel, payload: arrival.payload)
      deliver(.message(envelope))
    case .turnedAway(let news): news.forEach(deliver)
    }
  }
}
