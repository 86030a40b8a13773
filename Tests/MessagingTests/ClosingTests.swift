import Errors
import Foundation
import Messaging
import Testing

@Suite("Closing a messenger") struct ClosingTests {
  @Test("messages that were sent before the close arrive")
  func deliversQueuedMessages() async throws {
    let pair = try ConnectedPair()
    defer { pair.server.close() }
    for number in 0..<5000 { pair.client.send(String(number)) }
    pair.client.close()
    var count = 0
    for await inbound in pair.server.inbound {
      #expect(inbound.text == String(count))
      count += 1
      if count == 5000 { break }
    }
  }

  @Test("closing ends the stream and may be repeated")
  func endsStream() async throws {
    let pair = try ConnectedPair()
    let reader = Task { await pair.server.next() }
    pair.close()
    pair.close()
    #expect(await reader.value == nil)
    pair.server.send("too late", to: "worker")
  }

  @Test("a cancelled reader gets nil")
  func cancelledReader() async throws {
    let pair = try ConnectedPair()
    defer { pair.close() }
    let reader = Task { await pair.server.next() }
    reader.cancel()
    #expect(await reader.value == nil)
  }

  @Test("closing does not wait longer than the linger for an absent coordinator")
  func absentCoordinator() throws {
    var limits = MessagingLimits()
    limits.linger = .milliseconds(100)
    let server = try Messenger.serving(.freeLoopback)
    server.close()
    let client = try Messenger.connecting(to: server.endpoint, as: "worker", limits: limits)
    for _ in 0..<2000 { client.send("anybody?") }
    let start = ContinuousClock.now
    client.close()
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test("the error for a port in use names it and says what to do")
  func portInUse() throws {
    let server = try Messenger.serving(.freeLoopback)
    defer { server.close() }
    let error = #expect(throws: DipperError.self) {
      try Messenger.serving(server.endpoint)
    }
    #expect(error?.code == .endpointInUse)
    #expect(error?.message.contains("\(server.endpoint)") == true)
    #expect(error?.message.contains("another port") == true)
  }

  @Test("nobody can listen on an address of another machine")
  func foreignAddress() throws {
    for host in ["192.0.2.1", "198.51.100.1"] {
      let endpoint = try Endpoint(parsing: "tcp://\(host):7077")
      let error = #expect(throws: DipperError.self) { try Messenger.serving(endpoint) }
      #expect(error?.code == .endpointUnavailable)
      #expect(error?.message.contains(host) == true)
    }
  }

  @Test("nobody can connect to all interfaces, to port 0 or without a name")
  func invalidConnection() throws {
    for text in ["tcp://0.0.0.0:7077", "tcp://*:7077", "tcp://head:0"] {
      let endpoint = try Endpoint(parsing: text)
      let error = #expect(throws: DipperError.self) {
        try Messenger.connecting(to: endpoint, as: "worker")
      }
      #expect(error?.code == .endpointInvalid)
    }
    let endpoint = try Endpoint(parsing: "tcp://127.0.0.1:7077")
    for name in ["", String(repeating: "x", count: 256), "\0name"] {
      let error = #expect(throws: DipperError.self) {
        try Messenger.connecting(to: endpoint, as: name)
      }
      #expect(error?.code == .workerNameInvalid)
    }
  }
}
