import Synchronization

/// What other threads want sent, until the messaging thread takes it.
final class Outbox: Sendable {
  private struct State {
    var envelopes: [Envelope] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeup: Wakeup

  init(wakeup: Wakeup) { self.wakeup = wakeup }

  func append(_ envelope: Envelope) {
    let wasEmpty = state.withLock { state in
      guard !state.isClosed else { return false }
      state.envelopes.append(envelope)
      return state.envelopes.count == 1
    }
    // Who finds others waiting knows that the thread has been woken for them.
    if wasEmpty { wakeup.signal() }
  }

  /// Takes no more.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeup.signal()
  }

  func take() -> (envelopes: [Envelope], isClosed: Bool) {
    state.withLock { state in
      defer { state.envelopes.removeAll() }
      return (state.envelopes, state.isClosed)
    }
  }
}
