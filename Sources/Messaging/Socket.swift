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
    case message(peer: String, payload: Data)
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

  /// Sends or says at once why not; on a dealer `peer` is ignored.
  func send(_ payload: Data, to peer: String) -> Sending {
    if kind == .router {
      let outcome = sendFrame(Data(peer.utf8), flags: ZMQ_SNDMORE)
      guard outcome == .sent else { return outcome }
    }
    return sendFrame(payload, flags: 0)
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
    var frames: [Data] = []
    var count = 0
    var more = true
    while more {
      guard let frame = receiveFrame(&more) else { return .nothing }
      count += 1
      if frames.count < 2 { frames.append(frame) }
    }
    guard count == (kind == .router ? 2 : 1) else { return .unintelligible }
    guard kind == .router else { return .message(peer: "", payload: frames[0]) }
    // ZeroMQ names a peer that gave no name by five bytes of which the first is 0.
    guard let peer = String(validating: frames[0], as: UTF8.self), frames[0].first != 0 else {
      return .unintelligible
    }
    return .message(peer: peer, payload: frames[1])
  }

  private func receiveFrame(_ more: inout Bool) -> Data? {
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    while zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
      guard zmq_errno() == EINTR else { return nil }
    }
    more = zmq_msg_more(&message) != 0
    let size = zmq_msg_size(&message)
    guard size > 0, let bytes = zmq_msg_data(&message) else { return Data() }
    return Data(bytes: bytes, count: size)
  }
}
