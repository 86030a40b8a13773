import Foundation
import Messaging
import Testing

/// Workers with valid keys that misbehave: each is stopped alone.
@Suite(.timeLimit(.minutes(1))) struct MisconductTests {
  /// Waits for `one` and `two` to be known.
  private func greet(_ heard: inout AsyncStream<Inbound>.Iterator, _ clients: [Messenger]) async {
    for client in clients {
      client.say("hello")
      #expect(await heard.next()?.text == "hello")
    }
  }

  @Test func aNameBelongsToTheFirstKeyThatUsesIt() async throws {
    let keyed = try KeyedServer()
    let victim = try keyed.client("one", as: "node-1")
    let thief = try keyed.client("two", as: "node-1")
    defer { [victim, thief, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, [victim])
    thief.say("I am node-1")
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("the thief was not refused")
      return
    }
    #expect(reason.contains("node-1") && reason.contains("belongs to another key"))
    keyed.server.say("for the victim", to: "node-1")
    #expect(await victim.hear()?.text == "for the victim")
  }

  @Test func aFloodIsCutOffAloneAndNamed() async throws {
    var limits = MessagingLimits()
    (limits.rate, limits.burst) = (100, 500)
    let keyed = try KeyedServer(limits: limits)
    let (flood, friend) = (try keyed.client("one", as: "flood"), try keyed.client("two"))
    defer { [flood, friend, keyed.server].forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, [flood, friend])
    for _ in 0..<5000 { flood.say("me again") }
    var count = 0
    while let inbound = await heard.next() {
      if case .cutOff(let peer, let reason) = inbound {
        #expect(peer == "flood" && reason.contains("messages per second"))
        break
      }
      count += 1
    }
    #expect(count < 1000)
    // Its connection is closed and its key refused: what comes now is the friend's.
    friend.say("still here")
    #expect(await heard.next()?.text == "still here")
    keyed.server.say("anybody?", to: "flood")
    #expect(await heard.next() == .undeliverable(peer: "flood", channel: .control))
    keyed.server.say("and you?", to: "two")
    #expect(await friend.hear()?.text == "and you?")
  }

  @Test(arguments: [true, false])
  func whomTheApplicationCutsOffIsHeardNoMore(hasKeys: Bool) async throws {
    let keyed = try KeyedServer()
    let open = try Messenger.serving(Pair.loopback)
    let server = hasKeys ? keyed.server : open
    func client(_ name: String) throws -> Messenger {
      hasKeys ? try keyed.client(name) : try .connecting(to: open.endpoint, as: name)
    }
    let (liar, friend) = (try client("one"), try client("two"))
    defer { [liar, friend, keyed.server, open].forEach { $0.close() } }
    var heard = server.inbound.makeAsyncIterator()
    await greet(&heard, [liar, friend])
    server.cutOff("one", reason: "it lies")
    guard case .cutOff(peer: "one", let reason)? = await heard.next() else {
      Issue.record("not told of the end of the liar")
      return
    }
    #expect(reason.contains("it lies"))
    for channel in Channel.allCases { liar.say("believe me", over: channel) }
    if hasKeys { #expect(await liar.hear() != nil) }  // It was disconnected and is refused.
    friend.say("hello again")
    #expect(await heard.next()?.text == "hello again")
  }

  @Test func nobodyTakesMoreNamesThanItMay() async throws {
    var limits = MessagingLimits()
    limits.peersOfAKey = 2
    let keyed = try KeyedServer(limits: limits)
    let many = try ["a", "b", "c"].map { try keyed.client("one", as: $0) }
    let friend = try keyed.client("two")
    defer { (many + [friend, keyed.server]).forEach { $0.close() } }
    var heard = keyed.server.inbound.makeAsyncIterator()
    await greet(&heard, [many[0], many[1]])
    many[2].say("me too")
    guard case .refused(let reason)? = await heard.next() else {
      Issue.record("a third name was let in")
      return
    }
    #expect(reason.contains("more names"))
    await greet(&heard, [friend])
  }
}
