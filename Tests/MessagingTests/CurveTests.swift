import Foundation
import Messaging
import Testing

/// The next refusal that a messenger tells of.
private func refusal(_ messenger: Messenger) async -> String? {
  for await inbound in messenger.inbound {
    if case .refused(let reason) = inbound { return reason }
  }
  return nil
}

/// The first message that arrives after whatever else does; refusals before it are allowed.
private func firstMessage(_ messenger: Messenger) async -> Envelope? {
  for await case .message(let envelope) in messenger.inbound { return envelope }
  return nil
}

@Suite(.timeLimit(.minutes(1))) struct CurveTests {
  @Test func aWorkerOnTheListTalksOverBothSockets() async throws {
    let keyed = try KeyedServer()
    let client = try keyed.client("one", as: "node-1")
    defer { [client, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    for channel in Channel.allCases {
      client.say("hello", over: channel)
      let expected = Envelope(peer: "node-1", channel: channel, payload: Data("hello".utf8))
      #expect(await heard.next() == .message(expected))
    }
    keyed.server.say("and to you", to: "node-1")
    #expect(await client.hear()?.text == "and to you")
  }

  @Test func anUnknownKeyIsRefusedAndBothSidesSayWhatToDo() async throws {
    let keyed = try KeyedServer(workers: ["one", "stranger"])
    try FileManager.default.removeItem(
      at: keyed.keys.authorized.appending(path: "stranger.public"))
    let (stranger, friend) = (try keyed.client("stranger"), try keyed.client("one"))
    defer { [stranger, friend, keyed.server].forEach { $0.close() } }
    for channel in Channel.allCases { stranger.say("let me in", over: channel) }
    #expect(await refusal(stranger)?.contains("authorized") == true)
    var heard = keyed.server.inbound.makeAsyncIterator()
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("the server does not tell of the stranger")
      return
    }
    #expect(reason.contains("127.0.0.1") && reason.contains(keyed.keys.authorized.path))
    friend.say("hello")
    #expect(await heard.next()?.text == "hello")
  }

  @Test func aKeyThatIsAddedLaterLetsItsOwnerIn() async throws {
    let keyed = try KeyedServer(workers: ["late"])
    let list = keyed.keys.authorized.appending(path: "late.public")
    let copy = try Data(contentsOf: list)
    try FileManager.default.removeItem(at: list)
    let late = try keyed.client("late")
    defer { [late, keyed.server].forEach { $0.close() } }
    #expect(await refusal(keyed.server) != nil)
    try copy.write(to: list)
    // What is said to somebody who does not listen may be lost.
    let nagging = Task {
      while !Task.isCancelled {
        late.say("hello")
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    #expect(await firstMessage(keyed.server)?.payload == Data("hello".utf8))
    nagging.cancel()
  }

  @Test func aWorkerNeverTalksToACoordinatorWithAnotherKey() async throws {
    let (keyed, other) = (try KeyedServer(), try KeyedServer(workers: ["one"]))
    let misled = try Messenger.connecting(
      to: keyed.server.endpoint, as: "one", keys: try other.keys.worker("one").workerKeys())
    let friend = try keyed.client("two")
    defer { [misled, friend, keyed.server, other.server].forEach { $0.close() } }
    misled.say("secret")
    #expect(await refusal(misled)?.contains("coordinator.public here is not its own") == true)
    friend.say("hello")
    #expect(await firstMessage(keyed.server)?.peer == "two")
  }

  @Test func withoutAKeyNobodyGetsInAndWithOneNobodyTalksInTheOpen() async throws {
    let (keyed, open) = (try KeyedServer(), try Messenger.serving(Pair.loopback))
    let naked = try Messenger.connecting(to: keyed.server.endpoint, as: "naked")
    let careful = try Messenger.connecting(
      to: open.endpoint, as: "careful", keys: try keyed.keys.worker("one").workerKeys())
    let (friend, plain) = (
      try keyed.client("two"), try Messenger.connecting(to: open.endpoint, as: "plain")
    )
    defer { [naked, careful, friend, plain, keyed.server, open].forEach { $0.close() } }
    for channel in Channel.allCases {
      naked.say("let me in", over: channel)
      careful.say("secret", over: channel)
    }
    #expect(await refusal(naked)?.contains("dipper keygen") == true)
    #expect(await refusal(careful)?.contains("uses no keys") == true)
    friend.say("hello")
    #expect(await firstMessage(keyed.server)?.peer == "two")
    plain.say("hello")
    #expect(await firstMessage(open)?.peer == "plain")
  }

  @Test func aMessageThatIsTooLargeEndsItsConnectionOnly() async throws {
    var limits = MessagingLimits()
    limits.controlMessage = 1000
    let keyed = try KeyedServer(limits: limits)
    let (large, friend) = (try keyed.client("one"), try keyed.client("two"))
    defer { [large, friend, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    large.say("hello")
    #expect(await heard.next()?.text == "hello")
    large.say(String(repeating: "x", count: 1001))
    large.say("after it")
    friend.say("unharmed")
    // What was behind it on its connection may be lost with it, or come over the next one.
    let next = await heard.next()?.text
    #expect(next == "unharmed" || next == "after it")
  }
}
