import CZeroMQ
import Errors
import SystemPackage

/// A Linux event descriptor with which any thread can end the poll of another thread.
final class Wakeup: Sendable {
  let descriptor: Int32

  init() throws {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else {
      throw DipperError(
        .socketsUnavailable, "the system gives no event descriptor: \(errorText(zmq_errno()))")
    }
  }

  deinit { try? FileDescriptor(rawValue: descriptor).close() }

  /// Makes the descriptor readable.
  func signal() {
    // The call fails only if the count is at its maximum, and then the descriptor is readable
    // already.
    _ = eventfd_write(descriptor, 1)
  }

  /// Makes the descriptor unreadable again.
  func clear() {
    var count: eventfd_t = 0
    _ = eventfd_read(descriptor, &count)
  }
}

/// Returns the text for an error number of the system or of ZeroMQ, which defines additional
/// numbers.
func errorText(_ number: Int32) -> String { String(cString: zmq_strerror(number)) }
