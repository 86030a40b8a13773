import Foundation
import Messaging
import Testing

@Suite("Workers with valid keys that misbehave", .timeLimit(.minutes(1))) struct MisconductTests {
  /// Lets each client send a message and waits until it has come.
  private func greet(
    _ heard: inout AsyncStream<Inbound>.Iterator, from clients: [Messenger]
  ) async {
    for client in clients {
      client.send("hello")
      #expect(await heard.next()?.text == "hello")
    }
  }

  @Test("a name belongs to the first key that uses it")
  func nameOwner() async throws {
    let keyed = try KeyedServer()
    let victim = try keyed.client("one", as: "node-1")
    let thief = try keyed.client("two", as: "node-1")
    defer { [victim, thief, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, from: [victim])
    thief.send("I am node-1")
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("the thief was not refused")
      return
    }
    #expect(reason.contains("node-1") && reason.contains("belongs to another key"))
    keyed.server.send("for the victim", to: "node-1")
    #expect(await victim.next()?.text == "for the victim")
  }

  @Test("a peer that floods is cut off alone and named")
  func flood() async throws {
    var limits = MessagingLimits()
    limits.rate = 100
    limits.burst = 500
    let keyed = try KeyedServer(limits: limits)
    let flood = try keyed.client("one", as: "flood")
    let friend = try keyed.client("two")
    defer { [flood, friend, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, from: [flood, friend])
    for _ in 0..<5000 { flood.send("me again") }
    var count = 0
    while let inbound = await heard.next() {
      if case .cutOff(let peer, let reason) = inbound {
        #expect(peer == "flood" && reason.contains("messages per second"))
        break
      }
      count += 1
    }
    #expect(count < 1000)
    // The connection is closed and the key refused, so that only the friend is heard.
    friend.send("still here")
    #expect(await heard.next()?.text == "still here")
    keyed.server.send("anybody?", to: "flood")
    #expect(await heard.next() == .undeliverable(peer: "flood", channel: .control))
    keyed.server.send("and you?", to: "two")
    #expect(await friend.next()?.text == "and you?")
  }

  @Test("nothing more comes from a peer that the application cuts off", arguments: [true, false])
  func cutOff(hasKeys: Bool) async throws {
    let keyed = try KeyedServer()
    let open = try Messenger.serving(.freeLoopback)
    let server = hasKeys ? keyed.server : open
    func client(_ name: String) throws -> Messenger {
      hasKeys ? try keyed.client(name) : try .connecting(to: open.endpoint, as: name)
    }
    let liar = try client("one")
    let friend = try client("two")
    defer { [liar, friend, keyed.server, open].forEach { $0.close() } }
    var heard = server.inbound.makeAsyncIterator()
    await greet(&heard, from: [liar, friend])
    server.cutOff("one", reason: "it lies")
    guard case .cutOff(peer: "one", let reason)? = await heard.next() else {
      Issue.record("the server does not report that the peer was cut off")
      return
    }
    #expect(reason.contains("it lies"))
    for channel in Channel.allCases { liar.send("believe me", over: channel) }
    if hasKeys { #expect(await liar.next() != nil) }  // It was disconnected and is refused.
    friend.send("hello again")
    #expect(await heard.next()?.text == "hello again")
  }

  @Test("the owner of a key cannot use more names than allowed")
  func tooManyNames() async throws {
    var limits = MessagingLimits()
    limits.namesPerKey = 2
    let keyed = try KeyedServer(limits: limits)
    let many = try ["a", "b", "c"].map { try keyed.client("one", as: $0) }
    let friend = try keyed.client("two")
    defer { (many + [friend, keyed.server]).forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, from: [many[0], many[1]])
    many[2].send("me too")
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("a third name was let in")
      return
    }
    #expect(reason.contains("more names"))
    await greet(&heard, from: [friend])
  }
}
