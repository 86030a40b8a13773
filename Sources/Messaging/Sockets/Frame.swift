import CZeroMQ
import Foundation

/// One part of a ZeroMQ message, with ZeroMQ's information about its connection.
struct Frame {
  let bytes: Data
  let hasMore: Bool
  /// The hexadecimal digits of the authenticated key of the sender, or nil without keys.
  let key: String?
  /// The file descriptor of the connection, or -1 if the frame was not traced.
  let descriptor: Int32

  /// Receives the next frame, or returns nil if none waits.
  ///
  /// - Parameter isTraced: true to read the key and the connection too, which takes time.
  init?(receivedFrom handle: UnsafeMutableRawPointer, isTraced: Bool = false) {
    var message = zmq_msg_t()
    zmq_msg_init(&message)
    defer { zmq_msg_close(&message) }
    while zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
      guard zmq_errno() == EINTR else { return nil }
    }
    hasMore = zmq_msg_more(&message) != 0
    key = isTraced ? zmq_msg_gets(&message, "User-Id").flatMap(Self.text) : nil
    descriptor = isTraced ? zmq_msg_get(&message, ZMQ_SRCFD) : -1
    let size = zmq_msg_size(&message)
    if size > 0, let start = zmq_msg_data(&message) {
      bytes = Data(bytes: start, count: size)
    } else {
      bytes = Data()
    }
  }

  private static func text(_ characters: UnsafePointer<CChar>) -> String? {
    let text = String(cString: characters)
    return text.isEmpty ? nil : text
  }

  /// Receives all frames of the next message, or returns nil if none waits.
  ///
  /// Only the first 16 frames are kept. ZeroMQ's own messages have at most 7.
  static func all(receivedFrom handle: UnsafeMutableRawPointer) -> [Data]? {
    var frames: [Data] = []
    var hasMore = true
    while hasMore {
      guard let frame = Frame(receivedFrom: handle) else { return nil }
      hasMore = frame.hasMore
      if frames.count < 16 { frames.append(frame.bytes) }
    }
    return frames
  }
}
