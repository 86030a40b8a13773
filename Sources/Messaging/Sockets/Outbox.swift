import Synchronization

/// A request from another thread to the thread that owns a channel's socket.
enum SocketCommand: Sendable {
  case send(Envelope)
  /// Disconnects a peer permanently.
  case cutOff(peer: String, reason: String)
}

/// The queue of commands from other threads to the thread that owns a channel's socket.
final class Outbox: Sendable {
  private struct State {
    var commands: [SocketCommand] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func append(_ command: SocketCommand) {
    let wasEmpty = state.withLock { state in
      guard !state.isClosed else { return false }
      state.commands.append(command)
      return state.commands.count == 1
    }
    // If other commands were waiting, the thread has been woken for them already.
    if wasEmpty { wakeup.signal() }
  }

  /// Ignores all further commands.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeup.signal()
  }

  func takeAll() -> (commands: [SocketCommand], isClosed: Bool) {
    state.withLock { state in
      defer { state.commands.removeAll() }
      return (state.commands, state.isClosed)
    }
  }
}
