import DequeModule
import Foundation

/// A channel's socket, with a queue of waiting messages for each peer.
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
  /// The number of bytes in all queues.
  private var waiting = 0

  /// The rule that determines the frame before a message's payload.
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

  /// True if the last `flush` stopped because its budget was spent, so that the socket may take
  /// more messages at once.
  private(set) var canSendMore = false

  // MARK: Sending

  /// Queues a message.
  ///
  /// If more messages wait for its peer than the limits allow, all messages for that peer are
  /// dropped. If more wait for all peers together, the messages for the peer with the most waiting
  /// bytes are dropped.
  ///
  /// - Returns: the event for the reader if messages were dropped, or nil.
  func enqueue(_ envelope: Envelope) -> Inbound? {
    // The queue is changed in place. A second reference would copy it for every message.
    queues[envelope.peer, default: Queue()].append(envelope.payload)
    waiting += envelope.payload.count
    if queues[envelope.peer]?.exceeds(limits, on: channel) == true { return drop(envelope.peer) }
    guard channel == .bulk, waiting > limits.outboundBulkInAll else { return nil }
    return queues.max { $0.value.bytes < $1.value.bytes }.map { drop($0.key) }
  }

  /// Sends as many messages as the socket takes, up to about `budget` bytes.
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

  /// Keeps the messages for a peer until `reconnectGrace` has passed. A worker reconnects by
  /// itself, and its new connection is known from its next message.
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

  /// Reads up to `count` messages, and stops when their total size reaches `bytes`.
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
