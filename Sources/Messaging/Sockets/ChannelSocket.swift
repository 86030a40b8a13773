import DequeModule
import Foundation

/// A channel's socket with the messages that wait to be sent, in a queue for each peer.
final class ChannelSocket {
  private struct Queue {
    var payloads: Deque<Data> = []
    var bytes = 0
    /// The time at which the peer's connection was found broken.
    var brokenSince: ContinuousClock.Instant?

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
  /// The bytes in all queues.
  private var waiting = 0

  /// The rule by which a message gets the frame before its payload.
  enum Addressing {
    /// A worker sends to its coordinator, under this name.
    case coordinator(from: Data)
    /// A coordinator sends to one of many peers.
    case peers(SharedPeerTable)
  }

  init(_ channel: Channel, socket: Socket, addressing: Addressing, limits: MessagingLimits) {
    self.channel = channel
    self.socket = socket
    self.addressing = addressing
    self.limits = limits
    socket.configure(channel, limits: limits)
  }

  /// True if messages wait to be sent.
  var isBacklogged: Bool { !queues.isEmpty }

  /// True if messages wait that the socket might take at once, because the last `flush` spent its budget.
  private(set) var canSendMore = false

  // MARK: Sending

  /// Queues a message.
  ///
  /// If too much waits for its peer, all of that is dropped. If too much waits for all peers together, the
  /// messages for the peer with the most bytes are dropped.
  ///
  /// - Returns: the event for the reader if messages were dropped.
  func enqueue(_ envelope: Envelope) -> Inbound? {
    // The queue is changed in place. A second reference would copy it for every message.
    queues[envelope.peer, default: Queue()].append(envelope.payload)
    waiting += envelope.payload.count
    if queues[envelope.peer]?.exceeds(limits, on: channel) == true { return drop(envelope.peer) }
    guard channel == .bulk, waiting > limits.outboundBulkInAll else { return nil }
    return queues.max { $0.value.bytes < $1.value.bytes }.map { drop($0.key) }
  }

  /// Sends what the socket takes, at most about `budget` bytes.
  ///
  /// - Returns: the events for the reader about peers that cannot be reached.
  func flush(budget: Int, at now: ContinuousClock.Instant) -> [Inbound] {
    var left = budget
    defer { canSendMore = left <= 0 && isBacklogged }
    return Array(queues.keys).compactMap { left > 0 ? flush($0, budget: &left, at: now) : nil }
  }

  private func flush(
    _ peer: String, budget left: inout Int, at now: ContinuousClock.Instant
  ) -> Inbound? {
    guard let envelope = envelope(for: peer) else { return drop(peer) }
    // The queue is removed while it changes. A second reference would copy it for every message.
    guard var queue = queues.removeValue(forKey: peer) else { return nil }
    while left > 0, let payload = queue.payloads.first {
      switch socket.send(payload, behind: envelope) {
      case .sent:
        queue.payloads.removeFirst()
        queue.bytes -= payload.count
        waiting -= payload.count
        queue.brokenSince = nil
        left -= payload.count
      case .full:
        queues[peer] = queue
        return nil
      case .unreachable:
        return keep(queue, for: peer, at: now)
      }
    }
    if !queue.payloads.isEmpty { queues[peer] = queue }
    return nil
  }

  private func envelope(for peer: String) -> Data? {
    switch addressing {
    case .coordinator(let name): name
    case .peers(let peers): peers.connection(of: peer, on: channel)
    }
  }

  /// Keeps messages for a while, because a worker reconnects by itself and is known again by its next
  /// message.
  private func keep(
    _ queue: Queue, for peer: String, at now: ContinuousClock.Instant
  ) -> Inbound? {
    var queue = queue
    let start = queue.brokenSince ?? now
    queue.brokenSince = start
    queues[peer] = queue
    return now - start < limits.reconnectGrace ? nil : drop(peer)
  }

  private func drop(_ peer: String) -> Inbound {
    waiting -= queues.removeValue(forKey: peer)?.bytes ?? 0
    return .undeliverable(peer: peer, channel: channel)
  }

  // MARK: Receiving

  /// Reads up to `count` messages, and stops after the one with which they reach `bytes`.
  ///
  /// - Returns: false if more messages may wait.
  func receive(
    atMost count: Int, bytes: Int, at now: ContinuousClock.Instant, deliver: (Inbound) -> Void
  ) -> Bool {
    var left = bytes
    for _ in 0..<count where left > 0 {
      switch socket.receive() {
      case .payload(let payload):
        let inbound = Inbound.message(Envelope(peer: "", channel: channel, payload: payload))
        left -= inbound.bytes
        deliver(inbound)
      case .message(let message):
        admit(message, at: now) { inbound in
          left -= inbound.bytes
          deliver(inbound)
        }
      case .malformed: continue
      case .nothing: return true
      }
    }
    return false
  }

  private func admit(
    _ message: ReceivedMessage, at now: ContinuousClock.Instant, deliver: (Inbound) -> Void
  ) {
    guard case .peers(let peers) = addressing else { return }
    switch peers.admit(message, on: channel, at: now) {
    case .admitted:
      let envelope = Envelope(peer: message.name, channel: channel, payload: message.payload)
      deliver(.message(envelope))
    case .rejected(let events): events.forEach(deliver)
    }
  }
}
