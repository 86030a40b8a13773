import CZeroMQ
import Foundation

/// ZeroMQ's own threads; ends when its last socket is gone, after their linger.
final class Context {
  let handle: UnsafeMutableRawPointer

  init() throws {
    guard let handle = zmq_ctx_new() else {
      throw MessagingError(.resources, "ZeroMQ does not start: \(systemText(zmq_errno()))")
    }
    self.handle = handle
    // One for each channel: encrypting a chunk holds no control message up.
    zmq_ctx_set(handle, ZMQ_IO_THREADS, Int32(Channel.allCases.count))
  }

  deinit { while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {} }
}

/// A ZeroMQ socket. It belongs to one thread at a time.
final class Socket {
  /// Which end of a connection it is.
  enum Kind {
    /// The coordinator's: many peers, each with its routing id.
    case router
    /// A worker's: one peer.
    case dealer
  }

  /// What became of a message.
  enum Sending { case sent, full, unreachable }

  /// What was there to be read.
  enum Receipt {
    /// From a worker, to the coordinator.
    case arrival(Arrival)
    /// From the coordinator.
    case payload(Data)
    /// Of the wrong number of frames, or from a peer without a name.
    case unintelligible
    case nothing
  }

  let kind: Kind
  let handle: UnsafeMutableRawPointer
  private let context: Context

  init(_ kind: Kind, in context: Context) throws {
    self.kind = kind
    self.context = context
    guard let handle = zmq_socket(context.handle, kind == .router ? ZMQ_ROUTER : ZMQ_DEALER) else {
      throw MessagingError(.resources, "no more sockets: \(systemText(zmq_errno()))")
    }
    self.handle = handle
  }

  deinit { _ = zmq_close(handle) }

  /// Sends or says at once why not.
  ///
  /// - Parameter envelope: the frame before the payload: on a router the connection, on a dealer its
  ///   own name.
  func send(_ payload: Data, behind envelope: Data) -> Sending {
    let outcome = sendFrame(envelope, flags: ZMQ_SNDMORE)
    return outcome == .sent ? sendFrame(payload, flags: 0) : outcome
  }

  private func sendFrame(_ bytes: Data, flags: Int32) -> Sending {
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

  /// Reads one message, if one is there.
  func receive() -> Receipt {
    kind == .router ? receiveArrival() : receivePayload()
  }

  private func receivePayload() -> Receipt {
    guard let frames = receiveFrames(from: handle) else { return .nothing }
    return frames.count == 1 ? .payload(frames[0]) : .unintelligible
  }

  /// Three frames: the connection, the name of the sender, the payload.
  private func receiveArrival() -> Receipt {
    guard let connection = Frame(receivedFrom: handle) else { return .nothing }
    guard connection.hasMore, let name = Frame(receivedFrom: handle, isTraced: true) else {
      return .unintelligible
    }
    guard name.hasMore, let payload = Frame(receivedFrom: handle) else { return .unintelligible }
    guard !payload.hasMore else { return skipRest() }
    // A connection is named by ZeroMQ: five bytes of which the first is 0. Whoever names it itself
    // might take another's place.
    guard connection.bytes.count == 5, connection.bytes.first == 0,
      let text = String(validating: name.bytes, as: UTF8.self), text.isPeerName
    else { return .unintelligible }
    return .arrival(
      Arrival(
        connection: connection.bytes, holder: Holder(key: name.key, name: text), name: text,
        descriptor: name.descriptor, payload: payload.bytes))
  }

  private func skipRest() -> Receipt {
    while let frame = Frame(receivedFrom: handle), frame.hasMore {}
    return .unintelligible
  }
}

extension String {
  /// Whether a worker can be called so.
  var isPeerName: Bool { (1...255).contains(utf8.count) && utf8.first != 0 }
}
