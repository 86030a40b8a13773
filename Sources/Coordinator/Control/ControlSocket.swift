import Errors
import Foundation
import Glibc
import Runs

/// The Unix socket in a run directory through which programs of the same user call its coordinator.
///
/// A connection carries one line of JSON in each direction and is then closed.
enum ControlSocket {
  /// The socket's name in the run directory.
  static let name = "control.sock"
  /// The largest size of a call in bytes. A reply may be longer, because it describes every job of
  /// the run.
  static let maximumCall = 1 << 20
  /// The time limit, for a peer, of sending its line and of reading the reply.
  static let peerTimeout = Duration.seconds(10)

  /// Creates a socket that listens in `folder` and that only this user can open.
  ///
  /// No other process may use the run directory. A socket file that a dead process has left is
  /// removed.
  static func listen(in folder: URL) throws -> Int32 {
    let descriptor = try stream()
    // The mode is set before the socket has a name, so that no other user can ever open it.
    fchmod(descriptor, 0o600)
    let status = withAddress(in: folder) { address, length, path in
      unlink(path)
      return bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 16) == 0
    }
    guard status == true else { throw failure("cannot listen on", in: folder, closing: descriptor) }
    return descriptor
  }

  /// Connects to the process that listens in `folder`, or returns nil if there is none.
  static func connect(in folder: URL) throws -> Int32? {
    let descriptor = try stream()
    let status = withAddress(in: folder) { address, length, _ in
      Glibc.connect(descriptor, address, length) == 0
    }
    if status == true { return descriptor }
    // A folder that cannot be searched may well have a coordinator.
    let absence = status == nil ? [ENOENT, ENOTDIR] : [ENOENT, ECONNREFUSED]
    if absence.contains(errno) {
      close(descriptor)
      return nil
    }
    throw failure("cannot connect to", in: folder, closing: descriptor)
  }

  /// Limits the time of each read and write of a socket.
  static func setTimeout(_ timeout: Duration, of descriptor: Int32) {
    var limit = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  /// Reads a line without its line break, or returns nil if it is too long or does not arrive in
  /// time.
  static func readLine(from descriptor: Int32, atMost maximum: Int = .max) -> Data? {
    var line = Data()
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while line.count < maximum {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n"))
      line += chunk[..<(end ?? count)]
      if end != nil { return line }
    }
    return nil
  }

  /// Sends a line. A peer that has closed the connection is not an error.
  static func writeLine(_ line: Data, to descriptor: Int32) {
    var rest = (line + [UInt8(ascii: "\n")])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static func stream() throws -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else {
      throw DipperError(
        .runDirectoryUnusable, "no socket can be had: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }

  /// Calls `body` with the socket's address, or returns nil if the folder cannot be opened.
  ///
  /// The path in an address may have only 107 bytes, and the paths of run directories are often
  /// longer. Therefore the path leads through a descriptor of the folder, under `/proc/self/fd`.
  private static func withAddress(
    in folder: URL, _ body: (UnsafePointer<sockaddr>, socklen_t, String) -> Bool
  ) -> Bool? {
    let opened = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    defer {
      let reason = errno
      close(opened)
      errno = reason
    }
    let path = "/proc/self/fd/\(opened)/\(name)"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size), path)
      }
    }
  }

  private static func failure(
    _ attempt: String, in folder: URL, closing descriptor: Int32
  ) -> DipperError {
    let reason = String(cString: strerror(errno))
    close(descriptor)
    return DipperError(
      .runDirectoryUnusable, "\(attempt) \(folder.appending(path: name).path): \(reason)")
  }
}
