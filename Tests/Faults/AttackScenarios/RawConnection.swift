import Foundation

/// A TCP connection to this machine that speaks no protocol by itself.
struct RawConnection {
  let descriptor: Int32

  /// Connects to a port of the loopback interface; nil if the connection is not accepted.
  init?(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard status == 0 else {
      close(descriptor)
      return nil
    }
    // A peer that neither reads nor closes must not hold the scenario up.
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  func send(_ bytes: Data) {
    _ = bytes.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// Waits until the other side has closed the connection.
  ///
  /// - Returns: false if it is still open after 10 seconds of silence.
  func waitForEnd() -> Bool {
    var answer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = read(descriptor, &answer, answer.count)
      if count == 0 { return true }
      if count < 0 { return errno == ECONNRESET || errno == EPIPE }
    }
  }

  func hangUp() { close(descriptor) }
}
