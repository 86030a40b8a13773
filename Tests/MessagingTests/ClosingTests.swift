import Foundation
import Messaging
import Testing

@Test func whatWasSentBeforeTheCloseArrives() async throws {
  let pair = try Pair()
  defer { pair.server.close() }
  for number in 0..<5000 { pair.client.say(String(number)) }
  pair.client.close()
  var count = 0
  for await inbound in pair.server.inbound {
    #expect(inbound.text == String(count))
    count += 1
    if count == 5000 { break }
  }
}

@Test func closingEndsTheStreamAndMayBeRepeated() async throws {
  let pair = try Pair()
  let reader = Task { await pair.server.hear() }
  pair.close()
  pair.close()
  #expect(await reader.value == nil)
  pair.server.say("too late", to: "worker")
}

@Test func aCancelledReaderGetsNil() async throws {
  let pair = try Pair()
  defer { pair.close() }
  let reader = Task { await pair.server.hear() }
  reader.cancel()
  #expect(await reader.value == nil)
}

@Test func closingWaitsNoLongerThanTheLingerForACoordinatorThatIsNotThere() throws {
  var limits = MessagingLimits()
  limits.linger = 0.1
  let server = try Messenger.serving(Pair.loopback)
  server.close()
  let client = try Messenger.connecting(to: server.endpoint, as: "worker", limits: limits)
  for _ in 0..<2000 { client.say("anybody?") }
  let start = ContinuousClock.now
  client.close()
  #expect(start.duration(to: .now) < .seconds(5))
}

@Test func aPortInUseIsNamedWithWhatToDo() throws {
  let server = try Messenger.serving(Pair.loopback)
  defer { server.close() }
  let error = #expect(throws: MessagingError.self) {
    try Messenger.serving(server.endpoint)
  }
  #expect(error?.code == .inUse)
  #expect(error?.message.contains("\(server.endpoint)") == true)
  #expect(error?.message.contains("another port") == true)
}

@Test func anAddressOfAnotherMachineCannotBeListenedOn() throws {
  for host in ["192.0.2.1", "no-such-host"] {
    let endpoint = try Endpoint(parsing: "tcp://\(host):7077")
    let error = #expect(throws: MessagingError.self) { try Messenger.serving(endpoint) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains(host) == true)
  }
}

@Test func nobodyConnectsToAllInterfacesToPort0OrWithoutAName() throws {
  for text in ["tcp://0.0.0.0:7077", "tcp://*:7077", "tcp://head:0"] {
    let endpoint = try Endpoint(parsing: text)
    let error = #expect(throws: MessagingError.self) {
      try Messenger.connecting(to: endpoint, as: "worker")
    }
    #expect(error?.code == .endpoint)
  }
  let endpoint = try Endpoint(parsing: "tcp://127.0.0.1:7077")
  for name in ["", String(repeating: "x", count: 256), "\0name"] {
    let error = #expect(throws: MessagingError.self) {
      try Messenger.connecting(to: endpoint, as: name)
    }
    #expect(error?.code == .identity)
  }
}
