import CZeroMQ
import Glibc

/// The descriptors by which sockets tell that something has come, waited for in one system call.
///
/// ZeroMQ's own poll asks every socket before it waits and after, with calls of its own: for one message
/// some twenty. This asks none. A descriptor rings once for what is new, and any call on its socket may take
/// that in: who waits here must have read each socket to its end since it was last used.
struct Bells {
  private var polled: [pollfd]

  /// Those of `sockets`, and `wakeup`, which comes after them.
  init(of sockets: [UnsafeMutableRawPointer], _ wakeup: Wakeup) {
    polled = (sockets.map(Self.descriptor) + [wakeup.descriptor]).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
  }

  private static func descriptor(of socket: UnsafeMutableRawPointer) -> Int32 {
    var (descriptor, size): (Int32, Int) = (-1, MemoryLayout<Int32>.size)
    let status = zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size)
    precondition(status == 0, "a socket without a descriptor: \(systemText(zmq_errno()))")
    return descriptor
  }

  /// Waits for one of those that `counts` admits by their places; tells which rang.
  mutating func wait(where counts: (Int) -> Bool) -> [Bool] {
    for place in polled.indices {
      polled[place].events = counts(place) ? Int16(POLLIN) : 0
      polled[place].revents = 0
    }
    let ready = poll(&polled, nfds_t(polled.count), -1)
    precondition(ready >= 0 || zmq_errno() == EINTR, "poll: \(systemText(zmq_errno()))")
    return polled.map { $0.revents != 0 }
  }
}
