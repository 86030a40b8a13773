import Foundation
import Messaging
import Testing

@Test func aMessageArrivesOnItsChannelUnderItsSendersName() async throws {
  let pair = try Pair(client: "node3-4711-9f3a")
  defer { pair.close() }
  var heard = pair.server.inbound.makeAsyncIterator()
  for channel in Channel.allCases {
    pair.client.say("hello", over: channel)
    let expected = Envelope(peer: "node3-4711-9f3a", channel: channel, payload: Data("hello".utf8))
    #expect(await heard.next() == .message(expected))
  }
}

@Test(.timeLimit(.minutes(1))) func twentyThousandEchoesComeBackInOrder() async throws {
  let pair = try Pair()
  defer { pair.close() }
  let count = 20_000
  let echo = Task {
    for await case .message(let envelope) in pair.server.inbound { pair.server.send(envelope) }
  }
  for number in 0..<count { pair.client.say(String(number)) }
  var next = 0
  for await inbound in pair.client.inbound {
    #expect(inbound.text == String(next))
    next += 1
    if next == count { break }
  }
  pair.close()
  await echo.value
}

@Test(.timeLimit(.minutes(1))) func aListenerHearsEveryMessageInOrder() async throws {
  let pair = try Pair()
  defer { pair.close() }
  let count = 5000
  for number in 0..<count { pair.client.say(String(number)) }
  // What came before anybody listened is delivered too.
  for await inbound in pair.server.inbound {
    #expect(inbound.text == "0")
    break
  }
  let (deliveries, heard) = AsyncStream<Delivery>.makeStream()
  pair.server.listen { heard.yield($0) }
  var texts: [String?] = []
  for await delivery in deliveries {
    #expect(!delivery.inbound.isEmpty)
    texts += delivery.inbound.map(\.text)
    pair.server.hasRead(delivery)
    if texts.count >= count - 1 { break }
  }
  #expect(texts == (1..<count).map(String.init))
}

/// Nothing is lost, of the flood or of others, however large its messages: an empty one takes memory too.
@Test(.timeLimit(.minutes(1)), arguments: [0, 3, 200_000])
func whatAListenerHasNotReadIsBoundedInBytesAndTheRestComesLater(length: Int) async throws {
  var limits = MessagingLimits()
  (limits.inboundBytes, limits.delivery) = (1_000_000, 50_000)
  let pair = try Pair(limits: limits, client: "flood")
  let friend = try Messenger.connecting(to: pair.server.endpoint, as: "friend")
  defer {
    friend.close()
    pair.close()
  }
  let (deliveries, heard) = AsyncStream<Delivery>.makeStream()
  pair.server.listen { heard.yield($0) }
  let (flood, words) = (length > 1000 ? 50 : 5000, 20)
  let payload = Data(repeating: 65, count: length)
  for _ in 0..<flood { pair.client.send(Envelope(channel: .control, payload: payload)) }
  for number in 0..<words { friend.say("friend \(number)") }
  var (texts, unread, peak): ([String], [Inbound], Int) = ([], [], 0)
  for await delivery in deliveries {
    texts += delivery.inbound.compactMap(\.text)
    unread += delivery.inbound
    let waiting = unread.reduce(0) { $0 + $1.bytes }
    peak = max(peak, waiting)
    let message = delivery.inbound.map(\.bytes).max() ?? 0
    #expect(waiting < limits.inboundBytes + message)
    #expect(delivery.bytes < limits.delivery + message)
    if waiting >= limits.inboundBytes || texts.count == flood + words {
      // At once: from half a backlog on it comes no sooner than somebody has read.
      pair.server.hasRead(Delivery(unread))
      unread = []
    }
    if texts.count == flood + words { break }
  }
  let left = unread.reduce(0) { $0 + $1.bytes }
  #expect(texts.count == flood + words, "\(left) bytes are unread, \(peak) were at most")
  #expect(peak >= limits.inboundBytes)
  #expect(texts.filter { $0.hasPrefix("friend") } == (0..<words).map { "friend \($0)" })
}

@Test(.timeLimit(.minutes(1))) func controlMessagesAreHeardWhileBulkWaitsUnread() async throws {
  var limits = MessagingLimits()
  limits.inboundBytes = 1_000_000
  let pair = try Pair(limits: limits)
  defer { pair.close() }
  let (deliveries, heard) = AsyncStream<Delivery>.makeStream()
  pair.server.listen { heard.yield($0) }
  let chunk = Data(count: 200_000)
  for _ in 0..<40 { pair.client.send(Envelope(channel: .bulk, payload: chunk)) }
  var bulk = 0
  for await delivery in deliveries {
    bulk += delivery.inbound.count { $0.bytes > chunk.count }
    if delivery.inbound.contains(where: { $0.text == "beat" }) { break }
    // Nothing is read: no more chunks come, and a heartbeat does.
    if bulk == 5 { pair.client.say("beat") }
  }
  #expect(bulk == 5)
}

/// What is read bit by bit makes little room each time, and nothing stays behind for it.
@Test(.timeLimit(.minutes(1))) func aReaderWhoMakesLittleRoomAtATimeHearsAll() async throws {
  var limits = MessagingLimits()
  (limits.inboundBytes, limits.delivery) = (20_000, 1)
  let pair = try Pair(limits: limits)
  defer { pair.close() }
  let (deliveries, heard) = AsyncStream<Delivery>.makeStream()
  pair.server.listen { heard.yield($0) }
  let flood = 20_000
  for number in 0..<flood { pair.client.say(String(number)) }
  var count = 0
  for await delivery in deliveries {
    #expect(delivery.inbound.map(\.text) == [String(count)])
    count += 1
    pair.server.hasRead(delivery)
    if count == flood { break }
  }
  #expect(count == flood)
}

@Test(.timeLimit(.minutes(1))) func controlIsHeardWhileTheListenerHoldsBulkUp() async throws {
  let pair = try Pair()
  let (words, heard) = AsyncStream<String>.makeStream()
  let (chunks, came) = AsyncStream<Void>.makeStream()
  let mayGoOn = DispatchSemaphore(value: 0)
  pair.server.listen { delivery in
    for case .message(let envelope) in delivery.inbound {
      if envelope.channel == .bulk {
        came.yield()
        mayGoOn.wait()
      } else {
        heard.yield(String(decoding: envelope.payload, as: UTF8.self))
      }
    }
  }
  pair.client.say("chunk", over: .bulk)
  _ = await chunks.first { true }
  pair.client.say("beat")
  #expect(await words.first { _ in true } == "beat")
  mayGoOn.signal()
  pair.close()
}

@Test func everyByteOfALargePayloadAndOfAnEmptyOneArrives() async throws {
  let pair = try Pair()
  defer { pair.close() }
  let payloads = [Data(), Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })]
  for payload in payloads {
    pair.client.send(Envelope(peer: "", channel: .bulk, payload: payload))
  }
  var heard: [Data] = []
  for await case .message(let envelope) in pair.server.inbound {
    heard.append(envelope.payload)
    if heard.count == payloads.count { break }
  }
  #expect(heard == payloads)
}

@Test func aMessageToAStrangerIsReportedAsUndeliverable() async throws {
  let server = try Messenger.serving(Pair.loopback)
  defer { server.close() }
  server.say("hello", to: "nobody")
  #expect(await server.hear() == .undeliverable(peer: "nobody", channel: .control))
}

@Test func aPeerThatLeftBecomesUnreachable() async throws {
  let pair = try Pair()
  defer { pair.server.close() }
  var heard = pair.server.inbound.makeAsyncIterator()
  pair.client.say("hello")
  #expect(await heard.next()?.text == "hello")
  pair.client.close()
  // The server learns of the end of a connection in its own time.
  let nagging = Task {
    while !Task.isCancelled {
      pair.server.say("are you there?", to: "worker")
      await Task.yield()
    }
  }
  #expect(await heard.next() == .undeliverable(peer: "worker", channel: .control))
  nagging.cancel()
}

@Test func aPeerThatDoesNotReadIsDroppedAndTheOthersAreServed() async throws {
  var limits = MessagingLimits()
  limits.outboundMessages = 500
  limits.inboundBytes = 1_000_000
  let pair = try Pair(limits: limits, client: "deaf")
  let other = try Messenger.connecting(to: pair.server.endpoint, as: "attentive")
  defer {
    other.close()
    pair.close()
  }
  var heard = pair.server.inbound.makeAsyncIterator()
  for client in [pair.client, other] {
    client.say("hello", over: .bulk)
    _ = await heard.next()
  }
  let payload = Data(count: 200_000)
  for _ in 0..<600 {
    pair.server.send(Envelope(peer: "deaf", channel: .bulk, payload: payload))
  }
  #expect(await heard.next() == .undeliverable(peer: "deaf", channel: .bulk))
  pair.server.say("hello", to: "attentive", over: .bulk)
  #expect(await other.hear()?.text == "hello")
}

/// Each of many names may let less wait than a peer may, and all together too much.
@Test(.timeLimit(.minutes(1)))
func whatWaitsForAllPeersIsBoundedAndTheGreediestPays() async throws {
  var limits = MessagingLimits()
  (limits.outboundBulkInAll, limits.inboundBytes) = (20_000_000, 1_000_000)
  let pair = try Pair(limits: limits, client: "greedy")
  let others = try ["a", "b"].map {
    try Messenger.connecting(to: pair.server.endpoint, as: $0, limits: limits)
  }
  defer {
    for other in others { other.close() }
    pair.close()
  }
  var heard = pair.server.inbound.makeAsyncIterator()
  for client in [pair.client] + others {
    client.say("hello", over: .bulk)
    _ = await heard.next()
  }
  let chunk = Data(count: 200_000)
  for _ in 0..<30 {
    for (peer, count) in [("greedy", 6), ("a", 1), ("b", 1)] {
      for _ in 0..<count { pair.server.send(Envelope(peer: peer, channel: .bulk, payload: chunk)) }
    }
  }
  #expect(await heard.next() == .undeliverable(peer: "greedy", channel: .bulk))
  for other in others {
    var count = 0
    for await case .message(let envelope) in other.inbound where envelope.payload == chunk {
      count += 1
      if count == 30 { break }
    }
  }
}

@Test(.timeLimit(.minutes(1)))
func aWorkerFindsACoordinatorThatStartsLaterAndAgainAfterARestart() async throws {
  let first = try Messenger.serving(Pair.loopback)
  let endpoint = first.endpoint
  first.close()
  let client = try Messenger.connecting(to: endpoint, as: "worker")
  defer { client.close() }
  for text in ["early", "again"] {
    client.say(text)
    let server = try Messenger.serving(endpoint)
    // What is said before the client has seen the connection break is lost: it says it again.
    let repeating = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(20))
        client.say(text)
      }
    }
    for await inbound in server.inbound where inbound.text == text { break }
    repeating.cancel()
    _ = await repeating.result
    server.close()
  }
}

@Test func aControlMessageOvertakesBulkThatWaits() async throws {
  let pair = try Pair()
  defer { pair.close() }
  let chunks = 400
  let chunk = Data(count: 256 << 10)
  for _ in 0..<chunks {
    pair.client.send(Envelope(peer: "", channel: .bulk, payload: chunk))
  }
  pair.client.say("beat")
  var before = 0
  for await inbound in pair.server.inbound {
    if inbound.text == "beat" { break }
    before += 1
  }
  #expect(before < chunks / 2, "the heartbeat came after \(before) of \(chunks) chunks")
}
