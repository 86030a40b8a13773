import Synchronization

/// What other threads want of a channel's thread.
enum Order: Sendable {
  case send(Envelope)
  /// Disconnect a peer for good.
  case cutOff(peer: String, reason: String)
}

/// What other threads want done, until the channel's thread takes it.
final class Outbox: Sendable {
  private struct State {
    var orders: [Order] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func append(_ order: Order) {
    let wasEmpty = state.withLock { state in
      guard !state.isClosed else { return false }
      state.orders.append(order)
      return state.orders.count == 1
    }
    // Who finds others waiting knows that the thread has been woken for them.
    if wasEmpty { wakeup.signal() }
  }

  /// Takes no more.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeup.signal()
  }

  func take() -> (orders: [Order], isClosed: Bool) {
    state.withLock { state in
      defer { state.orders.removeAll() }
      return (state.orders, state.isClosed)
    }
  }
}
