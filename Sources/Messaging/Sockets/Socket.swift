import CZeroMQ
import Errors
import Foundation

/// A ZeroMQ socket. Only one thread at a time may use it.
final class Socket {
  /// The side of a connection on which a socket is.
  enum Kind {
    /// The coordinator's socket, with many peers.
    case router
    /// A worker's socket, with one peer.
    case dealer
  }

  /// The result of sending a message.
  enum SendResult { case sent, full, unreachable }

  /// The result of receiving a message.
  enum Received {
    /// The coordinator received a message from a worker.
    case message(ReceivedMessage)
    /// A worker received a message from the coordinator.
    case payload(Data)
    /// The message had the wrong number of frames or a sender without a valid name.
    case malformed
    /// No message waits to be read.
    case nothing
  }

  let kind: Kind
  let handle: UnsafeMutableRawPointer
  private let context: Context

  init(_ kind: Kind, in context: Context) throws {
    self.kind = kind
    self.context = context
    guard let handle = zmq_socket(context.handle, kind == .router ? ZMQ_ROUTER : ZMQ_DEALER) else {
      throw DipperError(
        .socketsUnavailable, "the system gives no more sockets: \(errorText(zmq_errno()))")
    }
    self.handle = handle
  }

  deinit { _ = zmq_close(handle) }

  /// Sends a message, or returns at once if it cannot be sent now.
  ///
  /// - Parameter envelope: the frame before the payload. On a router it is the connection, on a
  ///   dealer the worker's own name.
  func send(_ payload: Data, behind envelope: Data) -> SendResult {
    let result = sendFrame(envelope, flags: ZMQ_SNDMORE)
    return result == .sent ? sendFrame(payload, flags: 0) : result
  }

  private func sendFrame(_ bytes: Data, flags: Int32) -> SendResult {
    while true {
      let sent = bytes.withUnsafeBytes {
        zmq_send(handle, $0.baseAddress, $0.count, flags | ZMQ_DONTWAIT)
      }
      if sent >= 0 { return .sent }
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN: return .full
      default: return .unreachable
      }
    }
  }

  /// Receives one message, if one waits.
  func receive() -> Received {
    kind == .router ? receiveMessage() : receivePayload()
  }

  private func receivePayload() -> Received {
    guard let frames = Frame.all(receivedFrom: handle) else { return .nothing }
    return frames.count == 1 ? .payload(frames[0]) : .malformed
  }

  /// Receives a worker's message of three frames: the connection, the worker's name, the payload.
  private func receiveMessage() -> Received {
    guard let connection = Frame(receivedFrom: handle) else { return .nothing }
    guard connection.hasMore, let name = Frame(receivedFrom: handle, isTraced: true) else {
      return .malformed
    }
    guard name.hasMore, let payload = Frame(receivedFrom: handle) else { return .malformed }
    guard !payload.hasMore else { return skipRest() }
    // ZeroMQ names a connection by five bytes, and the first of them is 0. A peer that chooses the
    // name of its own connection could take over the connection of another peer.
    guard connection.bytes.count == 5, connection.bytes.first == 0,
      let text = String(validating: name.bytes, as: UTF8.self), text.isPeerName
    else { return .malformed }
    return .message(
      ReceivedMessage(
        connection: connection.bytes, sender: PeerIdentity(key: name.key, name: text), name: text,
        descriptor: name.descriptor, payload: payload.bytes))
  }

  private func skipRest() -> Received {
    while let frame = Frame(receivedFrom: handle), frame.hasMore {}
    return .malformed
  }
}

extension String {
  /// True if a worker can have this name.
  var isPeerName: Bool { (1...255).contains(utf8.count) && utf8.first != 0 }
}
