import CZeroMQ
import Foundation
import Synchronization

/// Values in, values out: the only type that knows ZeroMQ.
///
/// One thread of its own owns the context and both sockets, and waits over them and an eventfd; so
/// nothing here ever blocks a caller.
public final class Messenger: Sendable {
  /// What comes in, in order of arrival for each peer and channel; ends after `close`.
  public let inbound: AsyncStream<Inbound>
  /// At a server, where it listens; at a client, where it connects.
  public let endpoint: Endpoint

  private let outbox: Outbox
  private let ended: DispatchSemaphore

  /// Listens on `endpoint` and the port after it; port 0 picks a free pair.
  ///
  /// - Throws: `MessagingError` of code `inUse`, `endpoint` or `library`.
  public static func serving(_ endpoint: Endpoint, limits: MessagingLimits = MessagingLimits())
    throws -> Messenger
  {
    try Messenger(.server(endpoint), limits: limits)
  }

  /// Connects to a server under the routing id `identity`; goes on trying for as long as it lives.
  ///
  /// - Throws: `MessagingError` of code `endpoint` or `library`.
  public static func connecting(
    to endpoint: Endpoint, as identity: String, limits: MessagingLimits = MessagingLimits()
  ) throws -> Messenger {
    try Messenger(.client(endpoint, identity: identity), limits: limits)
  }

  private init(_ role: Role, limits: MessagingLimits) throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Inbound.self)
    let outbox = try Outbox()
    let started = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let outcome = Mutex<Result<Endpoint, any Error>?>(nil)
    let thread = OutcomeThread { report in
      let result = Result { try SocketLoop(role, limits: limits, outbox: outbox) }
      report(result.map(\.endpoint))
      if case .success(let loop) = result { loop.run { continuation.yield($0) } }
      continuation.finish()
      ended.signal()
    }
    thread.start { result in
      outcome.withLock { $0 = result }
      started.signal()
    }
    started.wait()
    guard let result = outcome.withLock({ $0 }) else {
      preconditionFailure("the socket thread has reported before it signals")
    }
    (inbound, self.outbox, self.ended) = (stream, outbox, ended)
    endpoint = try result.get()
  }

  /// Queues a message; returns at once, whatever the network does.
  public func send(_ envelope: Envelope) { outbox.append(envelope) }

  /// Delivers what is queued for as long as the limits' linger, then closes the sockets. The
  /// messenger is of no use afterwards; closing twice does nothing.
  public func close() {
    guard outbox.close() else { return }
    ended.wait()
  }

  deinit { _ = outbox.close() }
}

/// Which end of the connection this is.
enum Role: Sendable {
  case server(Endpoint)
  case client(Endpoint, identity: String)
}

/// A thread that reports how its start went.
private struct OutcomeThread: Sendable {
  let body: @Sendable (@Sendable (Result<Endpoint, any Error>) -> Void) -> Void

  func start(_ report: @escaping @Sendable (Result<Endpoint, any Error>) -> Void) {
    let thread = Thread { body(report) }
    thread.name = "messenger"
    thread.start()
  }
}

/// What waits to be sent, and the eventfd that wakes the socket thread.
final class Outbox: Sendable {
  private struct State {
    var queued: [Envelope] = []
    var isClosed = false
  }

  /// Readable when there is something to do.
  let wake: Int32
  private let state = Mutex(State())

  init() throws {
    wake = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard wake >= 0 else {
      throw MessagingError(.library, "cannot open an eventfd: too many open files?")
    }
  }

  deinit { _ = CZeroMQ.close(wake) }

  func append(_ envelope: Envelope) {
    let isFirst = state.withLock { state in
      guard !state.isClosed else { return false }
      state.queued.append(envelope)
      return state.queued.count == 1
    }
    if isFirst { _ = eventfd_write(wake, 1) }
  }

  /// Returns whether it was open.
  func close() -> Bool {
    let wasOpen = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if wasOpen { _ = eventfd_write(wake, 1) }
    return wasOpen
  }

  func take() -> (envelopes: [Envelope], isClosed: Bool) {
    var count: eventfd_t = 0
    _ = eventfd_read(wake, &count)
    return state.withLock { state in
      defer { state.queued = [] }
      return (state.queued, state.isClosed)
    }
  }
}
