import Foundation
import Glibc
import Synchronization

/// Listens for calls in a state folder, on a thread of its own; one caller at a time.
final class ControlServer: Sendable {
  /// Seconds within which the coordinator must have answered.
  private static let patience = 30.0

  private let descriptor: Int32
  private let folder: URL
  private let isClosed = Atomic(false)
  private let handle: @Sendable (ControlCall, PendingAnswer) -> Void

  /// - Parameter handle: gets each call to the thread that decides, which gives the answer.
  /// - Throws: `CoordinatorError` where the folder cannot hold a socket.
  init(
    in folder: URL, handle: @escaping @Sendable (ControlCall, PendingAnswer) -> Void
  ) throws {
    descriptor = try ControlSocket.listen(in: folder)
    (self.folder, self.handle) = (folder, handle)
    let thread = Thread { self.serve() }
    thread.name = "control"
    thread.start()
  }

  /// Listens no more.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    unlink(folder.appending(path: ControlSocket.name).path)
    // Wakes the thread, which closes the descriptor: here it could be another's by then.
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
    ControlSocket.limitPatience(peer)
    guard let line = ControlSocket.readLine(peer, atMost: ControlSocket.longestCall) else { return }
    let answer = answer(to: line)
    guard let bytes = try? JSONEncoder().encode(answer) else { return }
    ControlSocket.writeLine(bytes, to: peer)
  }

  private func answer(to line: Data) -> ControlAnswer {
    guard let call = try? JSONDecoder().decode(ControlCall.self, from: line) else {
      return ControlAnswer(
        lines: ["the coordinator does not understand; is it of another release?"],
        isDeclined: true)
    }
    let pending = PendingAnswer()
    handle(call, pending)
    return pending.wait(seconds: Self.patience)
      ?? ControlAnswer(lines: ["the coordinator is too busy to answer"], isDeclined: true)
  }
}
