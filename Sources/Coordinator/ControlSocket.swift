import Foundation
import Glibc

/// The door into a running coordinator: a Unix socket in its state folder, for its user alone.
///
/// One line of JSON each way, then it is closed.
enum ControlSocket {
  /// The socket's name in the state folder.
  static let name = "control.sock"
  /// Bytes of a call, at most. An answer may be longer: it has a line for each of the run's jobs.
  static let longestCall = 1 << 20
  /// Seconds that a peer may take to say its line or to take ours.
  private static let patience = 10

  /// A socket that listens in `folder`, on a name that nobody else can open.
  ///
  /// The folder must be this process's own: what lies under the name is left from a dead one.
  static func listen(in folder: URL) throws -> Int32 {
    let descriptor = try stream()
    // Before it has a name, so that at no moment it is open to others.
    fchmod(descriptor, 0o600)
    let status = withAddress(in: folder) { address, length, path in
      unlink(path)
      return bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 16) == 0
    }
    guard status == true else { throw failure("cannot listen on", folder, closing: descriptor) }
    return descriptor
  }

  /// A connection to whoever listens in `folder`; nil where nobody does.
  static func connect(in folder: URL) throws -> Int32? {
    let descriptor = try stream()
    let status = withAddress(in: folder) { address, length, _ in
      Glibc.connect(descriptor, address, length) == 0
    }
    if status == true { return descriptor }
    if status == nil || errno == ENOENT || errno == ECONNREFUSED {
      close(descriptor)
      return nil
    }
    throw failure("cannot connect to", folder, closing: descriptor)
  }

  /// Lets reads and writes of a peer that says nothing end.
  static func limitPatience(_ descriptor: Int32, seconds: Int = patience) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  /// A line from the peer, without its end; nil where it is too long or does not come.
  static func readLine(_ descriptor: Int32, atMost longest: Int = .max) -> Data? {
    var line = Data()
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while line.count < longest {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n"))
      line += chunk[..<(end ?? count)]
      if end != nil { return line }
    }
    return nil
  }

  /// Sends a line; a peer that has gone is no error of ours.
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
      throw CoordinatorError(
        .state, "no socket can be had: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }

  /// Calls `body` with the socket's address. A name may have 107 bytes, and folders lie deep: so it
  /// leads through the folder's descriptor. Nil where there is no such folder.
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
    _ attempt: String, _ folder: URL, closing descriptor: Int32
  ) -> CoordinatorError {
    let reason = String(cString: strerror(errno))
    close(descriptor)
    return CoordinatorError(
      .state, "\(attempt) \(folder.appending(path: name).path): \(reason)")
  }
}
