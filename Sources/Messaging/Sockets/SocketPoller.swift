import CZeroMQ
import Glibc

/// Waits for a socket, a wakeup and a monitor in one system call.
///
/// `zmq_poll` queries every socket before and after it waits, which costs about twenty system calls
/// for each message. This type polls only the sockets' descriptors. ZeroMQ makes a descriptor
/// readable once for new messages, and any call on the socket may reset it. Therefore the caller
/// must read each socket until it is empty after its last use, before it waits.
struct SocketPoller {
  /// The sockets that have something to read.
  struct Ready {
    let socket: Bool
    let wakeup: Bool
    let monitor: Bool
  }

  private let socket: Int32
  private let wakeup: Int32
  /// The monitor's descriptor, or -1 if there is none. The system ignores -1.
  private let monitor: Int32

  init(socket: UnsafeMutableRawPointer, wakeup: Wakeup, monitor: UnsafeMutableRawPointer?) {
    self.socket = Self.descriptor(of: socket)
    self.wakeup = wakeup.descriptor
    self.monitor = monitor.map(Self.descriptor) ?? -1
  }

  private static func descriptor(of socket: UnsafeMutableRawPointer) -> Int32 {
    var descriptor: Int32 = -1
    var size = MemoryLayout<Int32>.size
    let status = zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size)
    precondition(status == 0, "a socket without a descriptor: \(errorText(zmq_errno()))")
    return descriptor
  }

  /// Waits until a socket is ready.
  ///
  /// - Parameter includingSocket: false to wait only for the wakeup and the monitor.
  func wait(includingSocket: Bool) -> Ready {
    var polled = [includingSocket ? socket : -1, wakeup, monitor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let count = poll(&polled, nfds_t(polled.count), -1)
    precondition(count >= 0 || zmq_errno() == EINTR, "poll: \(errorText(zmq_errno()))")
    return Ready(
      socket: polled[0].revents != 0, wakeup: polled[1].revents != 0,
      monitor: polled[2].revents != 0)
  }
}
