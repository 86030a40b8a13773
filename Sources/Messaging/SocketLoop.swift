import CZeroMQ
import Foundation

/// The life of the socket thread. Created, used and destroyed on that thread alone.
final class SocketLoop {
  /// Where it listens or connects.
  let endpoint: Endpoint
  private let context: UnsafeMutableRawPointer
  private let sockets: [Socket]
  private let outbox: Outbox
  private let limits: MessagingLimits
  private var backlogs = Backlogs()

  init(_ role: Role, limits: MessagingLimits, outbox: Outbox) throws {
    guard let context = zmq_ctx_new() else {
      throw MessagingError(.library, "ZeroMQ cannot start: \(lastError())")
    }
    (self.context, self.outbox, self.limits) = (context, outbox, limits)
    do {
      (sockets, endpoint) = try openSockets(role, context, limits)
    } catch {
      zmq_ctx_term(context)
      throw error
    }
  }

  /// Sends and receives until the outbox is closed.
  func run(_ deliver: (Inbound) -> Void) {
    var isClosed = false
    while !isClosed {
      wait()
      let (envelopes, closing) = outbox.take()
      for envelope in envelopes { backlogs.append(envelope) }
      send(deliver)
      receive(deliver)
      isClosed = closing
    }
    flush(deliver)
    for socket in sockets { socket.close() }
    zmq_ctx_term(context)
  }

  /// Waits for something to read or to send; a backlog is tried again every few milliseconds, for a
  /// router does not say when one peer can be written to.
  private func wait() {
    var items = sockets.map {
      zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    items.append(
      zmq_pollitem_t(socket: nil, fd: outbox.wake, events: Int16(ZMQ_POLLIN), revents: 0))
    // An interrupted or failed wait is followed by another round, which finds what there is.
    _ = zmq_poll(&items, Int32(items.count), backlogs.isEmpty ? -1 : 5)
  }

  /// Sends what can be sent, control before bulk.
  private func send(_ deliver: (Inbound) -> Void) {
    for channel in Channel.allCases {
      for peer in backlogs.peers(channel) {
        let outcome = backlogs.drain(peer, channel) { sockets[channel.rawValue].send($0) }
        let isOverfull = backlogs.count(peer, channel) > limits.backlog
        guard outcome == .unreachable || isOverfull else { continue }
        backlogs.drop(peer, channel)
        deliver(.undeliverable(peer: peer, channel: channel))
      }
    }
  }

  /// Reads all of control, then a little of bulk, so that no flood holds control up.
  private func receive(_ deliver: (Inbound) -> Void) {
    for (channel, most) in [(Channel.control, 4096), (.bulk, 32)] {
      for _ in 0..<most {
        guard let message = sockets[channel.rawValue].receive(channel) else { break }
        if let envelope = message.envelope { deliver(.message(envelope)) }
      }
    }
  }

  private func flush(_ deliver: (Inbound) -> Void) {
    let deadline = ContinuousClock.now + .seconds(limits.linger)
    while !backlogs.isEmpty && ContinuousClock.now < deadline {
      send(deliver)
      if !backlogs.isEmpty { wait() }
    }
  }
}

/// What could not be sent yet, by channel and peer, in order.
private struct Backlogs {
  private var queues: [Channel: [String: [Data]]] = [:]

  var isEmpty: Bool { queues.values.allSatisfy(\.isEmpty) }

  mutating func append(_ envelope: Envelope) {
    queues[envelope.channel, default: [:]][envelope.peer, default: []].append(envelope.payload)
  }

  func peers(_ channel: Channel) -> [String] { queues[channel].map { Array($0.keys) } ?? [] }

  func count(_ peer: String, _ channel: Channel) -> Int { queues[channel]?[peer]?.count ?? 0 }

  mutating func drop(_ peer: String, _ channel: Channel) { queues[channel]?[peer] = nil }

  mutating func drain(_ peer: String, _ channel: Channel, _ send: (Envelope) -> SendOutcome)
    -> SendOutcome
  {
    guard let queue = queues[channel]?.removeValue(forKey: peer) else { return .sent }
    for (index, payload) in queue.enumerated() {
      let outcome = send(Envelope(peer: peer, channel: channel, payload: payload))
      guard outcome != .sent else { continue }
      queues[channel]?[peer] = Array(queue[index...])
      return outcome
    }
    return .sent
  }
}
