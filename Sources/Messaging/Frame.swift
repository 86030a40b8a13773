import CZeroMQ
import Foundation

/// One part of a message, and what ZeroMQ knows of its connection.
struct Frame {
  let bytes: Data
  let hasMore: Bool
  /// The digits of the key that its sender was authenticated by.
  let key: String?
  /// The file descriptor of the connection; -1 where there is none.
  let descriptor: Int32

  /// The next frame, if one is there.
  ///
  /// - Parameter isTraced: whether to ask where it came from, which takes time.
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
}
