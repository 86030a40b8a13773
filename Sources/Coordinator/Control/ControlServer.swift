import Foundation
import Glibc
import Synchronization

/// Listens for calls in a run directory on its own thread, and serves one caller at a time.
final class ControlServer: Sendable {
  /// The time within which the coordinator's thread must reply.
  private static let timeout = Duration.seconds(30)

  private let descriptor: Int32
  private let folder: URL
  private let isClosed = Atomic(false)
  private let handle: @Sendable (ControlCall, PendingReply) -> Void

  /// Starts to listen in a run directory.
  ///
  /// - Parameter handle: passes each call to the coordinator's thread, which fulfils the reply.
  /// - Throws: `DipperError` of code `runDirectoryUnusable` if the folder cannot hold a socket.
  init(
    in folder: URL, handle: @escaping @Sendable (ControlCall, PendingReply) -> Void
  ) throws {
    descriptor = try ControlSocket.listen(in: folder)
    self.folder = folder
    self.handle = handle
    let thread = Thread { self.serve() }
    thread.name = "control"
    thread.start()
  }

  /// Stops listening and removes the socket.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    unlink(folder.appending(path: ControlSocket.name).path)
    // This wakes the thread, which then closes the descriptor. If the descriptor were closed here,
    // another file could get its number while the thread still uses it.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve() {
    while !isClosed.load(ordering: .relaxed) {
      let peer = accept(descriptor, nil, nil)
      if peer >= 0 {
        _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
        answer(peer)
        Glibc.close(peer)
      } else if errno != EINTR && errno != ECONNABORTED {
        break
      }
    }
    Glibc.close(descriptor)
  }

  private func answer(_ peer: Int32) {
    ControlSocket.setTimeout(ControlSocket.peerTimeout, of: peer)
    guard let line = ControlSocket.readLine(from: peer, atMost: ControlSocket.maximumCall),
      let bytes = try? JSONEncoder().encode(reply(to: line))
    else { return }
    ControlSocket.writeLine(bytes, to: peer)
  }

  private func reply(to line: Data) -> ControlReply {
    guard let call = try? JSONDecoder().decode(ControlCall.self, from: line) else {
      return .failure("the coordinator does not understand the call; is it of another release?")
    }
    let pending = PendingReply()
    handle(call, pending)
    return pending.wait(for: Self.timeout) ?? .failure("the coordinator is too busy to answer")
  }
}
