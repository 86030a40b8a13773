import Foundation
import Messaging
import Testing

/// Returns the reason of the next refusal that a messenger reports.
private func refusal(_ messenger: Messenger) async -> String? {
  for await inbound in messenger.inbound {
    if case .refused(let reason) = inbound { return reason }
  }
  return nil
}

/// Returns the next message and ignores the events before it.
private func firstMessage(_ messenger: Messenger) async -> Envelope? {
  for await case .message(let envelope) in messenger.inbound { return envelope }
  return nil
}

@Suite("Encrypted connections", .timeLimit(.minutes(1))) struct EncryptionTests {
  @Test("an authorised worker talks over both channels")
  func authorisedWorker() async throws {
    let keyed = try KeyedServer()
    let client = try keyed.client("one", as: "node-1")
    defer { [client, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    for channel in Channel.allCases {
      client.send("hello", over: channel)
      let expected = Envelope(peer: "node-1", channel: channel, payload: Data("hello".utf8))
      #expect(await heard.next() == .message(expected))
    }
    keyed.server.send("and to you", to: "node-1")
    #expect(await client.next()?.text == "and to you")
  }

  @Test("an unknown key is refused, and both sides say what to do")
  func unknownKey() async throws {
    let keyed = try KeyedServer(workers: ["one", "intruder"])
    try FileManager.default.removeItem(
      at: keyed.keys.authorized.appending(path: "intruder.public"))
    let intruder = try keyed.client("intruder")
    let friend = try keyed.client("one")
    defer { [intruder, friend, keyed.server].forEach { $0.close() } }
    for channel in Channel.allCases { intruder.send("let me in", over: channel) }
    #expect(await refusal(intruder)?.contains("authorized") == true)
    var heard = keyed.server.inbound.makeAsyncIterator()
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("the server does not report the refusal")
      return
    }
    #expect(reason.contains("127.0.0.1") && reason.contains(keyed.keys.authorized.path))
    friend.send("hello")
    #expect(await heard.next()?.text == "hello")
  }

  @Test("a key that is added later admits its owner")
  func addedKey() async throws {
    let keyed = try KeyedServer(workers: ["late"])
    let list = keyed.keys.authorized.appending(path: "late.public")
    let copy = try Data(contentsOf: list)
    try FileManager.default.removeItem(at: list)
    let late = try keyed.client("late")
    defer { [late, keyed.server].forEach { $0.close() } }
    #expect(await refusal(keyed.server) != nil)
    try copy.write(to: list)
    // A message may be lost while the connection is refused, so it is repeated.
    let repeating = Task {
      while !Task.isCancelled {
        late.send("hello")
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    #expect(await firstMessage(keyed.server)?.payload == Data("hello".utf8))
    repeating.cancel()
  }

  @Test("a worker never talks to a coordinator with another key")
  func otherCoordinator() async throws {
    let keyed = try KeyedServer()
    let other = try KeyedServer(workers: ["one"])
    let misled = try Messenger.connecting(
      to: keyed.server.endpoint, as: "one", keys: try other.keys.worker("one").workerKeys())
    let friend = try keyed.client("two")
    defer { [misled, friend, keyed.server, other.server].forEach { $0.close() } }
    misled.send("secret")
    #expect(await refusal(misled)?.contains("coordinator.public here is not its own") == true)
    friend.send("hello")
    #expect(await firstMessage(keyed.server)?.peer == "two")
  }

  @Test("a worker without keys and a coordinator with keys refuse each other, and vice versa")
  func keysOnOneSide() async throws {
    let keyed = try KeyedServer()
    let open = try Messenger.serving(.freeLoopback)
    let withoutKeys = try Messenger.connecting(to: keyed.server.endpoint, as: "without-keys")
    let withKeys = try Messenger.connecting(
      to: open.endpoint, as: "with-keys", keys: try keyed.keys.worker("one").workerKeys())
    let friend = try keyed.client("two")
    let plain = try Messenger.connecting(to: open.endpoint, as: "plain")
    defer { [withoutKeys, withKeys, friend, plain, keyed.server, open].forEach { $0.close() } }
    for channel in Channel.allCases {
      withoutKeys.send("let me in", over: channel)
      withKeys.send("secret", over: channel)
    }
    #expect(await refusal(withoutKeys)?.contains("dipper keygen") == true)
    #expect(await refusal(withKeys)?.contains("uses no keys") == true)
    friend.send("hello")
    #expect(await firstMessage(keyed.server)?.peer == "two")
    plain.send("hello")
    #expect(await firstMessage(open)?.peer == "plain")
  }

  @Test("a message that is too large ends only its own connection")
  func oversizedMessage() async throws {
    var limits = MessagingLimits()
    limits.controlMessage = 1000
    let keyed = try KeyedServer(limits: limits)
    let large = try keyed.client("one")
    let friend = try keyed.client("two")
    defer { [large, friend, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    large.send("hello")
    #expect(await heard.next()?.text == "hello")
    large.send(String(repeating: "x", count: 1001))
    large.send("after it")
    friend.send("unharmed")
    // The message after the large one may be lost with the connection, or come over the next connection.
    let next = await heard.next()?.text
    #expect(next == "unharmed" || next == "after it")
  }
}
