import CZeroMQ
import Glibc

/// A file descriptor that any thread may make readable, to end another thread's poll.
final class Wakeup: Sendable {
  let descriptor: Int32

  init() throws {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else {
      throw MessagingError(.resources, "no event descriptor: \(systemText(zmq_errno()))")
    }
  }

  deinit { _ = close(descriptor) }

  func signal() {
    // It fails only where the count is at its maximum, and then the descriptor is readable already.
    _ = eventfd_write(descriptor, 1)
  }

  func clear() {
    var count: eventfd_t = 0
    _ = eventfd_read(descriptor, &count)
  }
}

/// What an error number of the system or of ZeroMQ means.
func systemText(_ number: Int32) -> String { String(cString: zmq_strerror(number)) }
