import CZeroMQ
import Errors

/// A ZeroMQ context, which owns ZeroMQ's threads. It ends after its last socket is closed and the
/// time for sending its last messages has passed.
final class Context {
  let handle: UnsafeMutableRawPointer

  init() throws {
    guard let handle = zmq_ctx_new() else {
      throw DipperError(
        .socketsUnavailable, "ZeroMQ does not start: \(errorText(zmq_errno()))")
    }
    self.handle = handle
    // Each channel has its own thread, so that the encryption of a chunk does not delay a control
    // message.
    zmq_ctx_set(handle, ZMQ_IO_THREADS, Int32(Channel.allCases.count))
  }

  deinit { while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {} }
}
