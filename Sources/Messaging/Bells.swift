import CZeroMQ
import Glibc

/// The descriptors by which sockets tell that something has come, waited for in one system call.
///
/// ZeroMQ's own poll asks every socket before it waits and after, with calls of its own: for one message
/// some twenty. This asks none. A descriptor rings once for what is new, and any call on its socket may take
/// that in: who waits here must have read each socket to its end since it was last used.
struct Bells {
  /// Who rang.
  struct Rung {
    let link: Bool
    let wakeup: Bool
    let watch: Bool
  }

  private let link: Int32
  private let wakeup: Int32
  /// -1, which the system passes over, where there is none.
  private let watch: Int32

  init(link: UnsafeMutableRawPointer, wakeup: Wakeup, watch: UnsafeMutableRawPointer?) {
    self.link = Self.descriptor(of: link)
    self.wakeup = wakeup.descriptor
    self.watch = watch.map(Self.descriptor) ?? -1
  }

  private static func descriptor(of socket: UnsafeMutableRawPointer) -> Int32 {
    var (descriptor, size): (Int32, Int) = (-1, MemoryLayout<Int32>.size)
    let status = zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size)
    precondition(status == 0, "a socket without a descriptor: \(systemText(zmq_errno()))")
    return descriptor
  }

  /// Waits until one rings: the link's only where it counts.
  func wait(countingLink: Bool) -> Rung {
    var polled = [countingLink ? link : -1, wakeup, watch].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let ready = poll(&polled, nfds_t(polled.count), -1)
    precondition(ready >= 0 || zmq_errno() == EINTR, "poll: \(systemText(zmq_errno()))")
    return Rung(
      link: polled[0].revents != 0, wakeup: polled[1].revents != 0, watch: polled[2].revents != 0)
  }
}
