import Foundation
import Messaging
import Testing

@Suite("Messages between a coordinator and its workers") struct MessengerTests {
  @Test("a message arrives on its channel under its sender's name")
  func senderAndChannel() async throws {
    let pair = try ConnectedPair(client: "node3-4711-9f3a")
    defer { pair.close() }
    var heard = pair.server.inbound.makeAsyncIterator()
    for channel in Channel.allCases {
      pair.client.send("hello", over: channel)
      let expected = Envelope(
        peer: "node3-4711-9f3a", channel: channel, payload: Data("hello".utf8))
      #expect(await heard.next() == .message(expected))
    }
  }

  @Test("20,000 echoes come back in order", .timeLimit(.minutes(1)))
  func echoes() async throws {
    let pair = try ConnectedPair()
    defer { pair.close() }
    let count = 20_000
    let echo = Task {
      for await case .message(let envelope) in pair.server.inbound { pair.server.send(envelope) }
    }
    for number in 0..<count { pair.client.send(String(number)) }
    var next = 0
    for await inbound in pair.client.inbound {
      #expect(inbound.text == String(next))
      next += 1
      if next == count { break }
    }
    pair.close()
    await echo.value
  }

  @Test("a listener gets every message in order", .timeLimit(.minutes(1)))
  func listener() async throws {
    let pair = try ConnectedPair()
    defer { pair.close() }
    let count = 5000
    for number in 0..<count { pair.client.send(String(number)) }
    // The messages that come before there is a listener are delivered too.
    for await inbound in pair.server.inbound {
      #expect(inbound.text == "0")
      break
    }
    let (batches, heard) = AsyncStream<InboundBatch>.makeStream()
    pair.server.listen { heard.yield($0) }
    var texts: [String?] = []
    for await batch in batches {
      #expect(!batch.inbound.isEmpty)
      texts += batch.inbound.map(\.text)
      pair.server.markRead(batch)
      if texts.count >= count - 1 { break }
    }
    #expect(texts == (1..<count).map(String.init))
  }

  /// Nothing is lost, neither of the flood nor of others, for messages of any size. An empty one takes memory
  /// too.
  @Test(
    "the unread bytes of a listener are bounded, and the other messages come later",
    .timeLimit(.minutes(1)), arguments: [0, 3, 200_000])
  func boundedUnreadBytes(length: Int) async throws {
    var limits = MessagingLimits()
    limits.inboundBytes = 1_000_000
    limits.batch = 50_000
    let pair = try ConnectedPair(limits: limits, client: "flood")
    let friend = try Messenger.connecting(to: pair.server.endpoint, as: "friend")
    defer {
      friend.close()
      pair.close()
    }
    let (batches, heard) = AsyncStream<InboundBatch>.makeStream()
    pair.server.listen { heard.yield($0) }
    let flood = length > 1000 ? 50 : 5000
    let friendly = 20
    let payload = Data(repeating: 65, count: length)
    for _ in 0..<flood { pair.client.send(Envelope(channel: .control, payload: payload)) }
    for number in 0..<friendly { friend.send("friend \(number)") }
    var texts: [String] = []
    var unread: [Inbound] = []
    var peak = 0
    for await batch in batches {
      texts += batch.inbound.compactMap(\.text)
      unread += batch.inbound
      let waiting = unread.reduce(0) { $0 + $1.bytes }
      peak = max(peak, waiting)
      let message = batch.inbound.map(\.bytes).max() ?? 0
      #expect(waiting < limits.inboundBytes + message)
      #expect(batch.bytes < limits.batch + message)
      if waiting >= limits.inboundBytes || texts.count == flood + friendly {
        // All at once, because more comes only after half of the limit is free.
        pair.server.markRead(InboundBatch(unread))
        unread = []
      }
      if texts.count == flood + friendly { break }
    }
    let left = unread.reduce(0) { $0 + $1.bytes }
    #expect(texts.count == flood + friendly, "\(left) bytes are unread, \(peak) were at most")
    #expect(peak >= limits.inboundBytes)
    #expect(texts.filter { $0.hasPrefix("friend") } == (0..<friendly).map { "friend \($0)" })
  }

  @Test("control messages arrive while bulk messages wait unread", .timeLimit(.minutes(1)))
  func controlBesideUnreadBulk() async throws {
    var limits = MessagingLimits()
    limits.inboundBytes = 1_000_000
    let pair = try ConnectedPair(limits: limits)
    defer { pair.close() }
    let (batches, heard) = AsyncStream<InboundBatch>.makeStream()
    pair.server.listen { heard.yield($0) }
    let chunk = Data(count: 200_000)
    for _ in 0..<40 { pair.client.send(Envelope(channel: .bulk, payload: chunk)) }
    var bulk = 0
    for await batch in batches {
      bulk += batch.inbound.count { $0.bytes > chunk.count }
      if batch.inbound.contains(where: { $0.text == "beat" }) { break }
      // As nothing is marked as read, no more chunks come, but a heartbeat does.
      if bulk == 5 { pair.client.send("beat") }
    }
    #expect(bulk == 5)
  }

  @Test("a reader that makes little room at a time gets all messages", .timeLimit(.minutes(1)))
  func littleRoom() async throws {
    var limits = MessagingLimits()
    limits.inboundBytes = 20_000
    limits.batch = 1
    let pair = try ConnectedPair(limits: limits)
    defer { pair.close() }
    let (batches, heard) = AsyncStream<InboundBatch>.makeStream()
    pair.server.listen { heard.yield($0) }
    let flood = 20_000
    for number in 0..<flood { pair.client.send(String(number)) }
    var count = 0
    for await batch in batches {
      #expect(batch.inbound.map(\.text) == [String(count)])
      count += 1
      pair.server.markRead(batch)
      if count == flood { break }
    }
    #expect(count == flood)
  }

  @Test(
    "control messages arrive while the listener blocks the bulk thread", .timeLimit(.minutes(1)))
  func controlBesideBlockedBulk() async throws {
    let pair = try ConnectedPair()
    let (texts, heard) = AsyncStream<String>.makeStream()
    let (chunks, came) = AsyncStream<Void>.makeStream()
    let mayGoOn = DispatchSemaphore(value: 0)
    pair.server.listen { batch in
      for case .message(let envelope) in batch.inbound {
        if envelope.channel == .bulk {
          came.yield()
          mayGoOn.wait()
        } else {
          heard.yield(String(decoding: envelope.payload, as: UTF8.self))
        }
      }
    }
    pair.client.send("chunk", over: .bulk)
    _ = await chunks.first { true }
    pair.client.send("beat")
    #expect(await texts.first { _ in true } == "beat")
    mayGoOn.signal()
    pair.close()
  }

  @Test("every byte of a large payload arrives, and an empty payload too")
  func payloads() async throws {
    let pair = try ConnectedPair()
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

  @Test("a message to an unknown peer is undeliverable")
  func unknownPeer() async throws {
    let server = try Messenger.serving(.freeLoopback)
    defer { server.close() }
    server.send("hello", to: "nobody")
    #expect(await server.next() == .undeliverable(peer: "nobody", channel: .control))
  }

  @Test("messages to a peer that has closed are undeliverable")
  func closedPeer() async throws {
    let pair = try ConnectedPair()
    defer { pair.server.close() }
    var heard = pair.server.inbound.makeAsyncIterator()
    pair.client.send("hello")
    #expect(await heard.next()?.text == "hello")
    pair.client.close()
    // The server may learn of the end of the connection late, so the message is repeated.
    let repeating = Task {
      while !Task.isCancelled {
        pair.server.send("are you there?", to: "worker")
        await Task.yield()
      }
    }
    #expect(await heard.next() == .undeliverable(peer: "worker", channel: .control))
    repeating.cancel()
  }

  @Test("messages to a peer that does not read are dropped, and the others get theirs")
  func silentPeer() async throws {
    var limits = MessagingLimits()
    limits.outboundMessages = 500
    limits.inboundBytes = 1_000_000
    let pair = try ConnectedPair(limits: limits, client: "silent")
    let other = try Messenger.connecting(to: pair.server.endpoint, as: "attentive")
    defer {
      other.close()
      pair.close()
    }
    var heard = pair.server.inbound.makeAsyncIterator()
    for client in [pair.client, other] {
      client.send("hello", over: .bulk)
      _ = await heard.next()
    }
    let payload = Data(count: 200_000)
    for _ in 0..<600 {
      pair.server.send(Envelope(peer: "silent", channel: .bulk, payload: payload))
    }
    #expect(await heard.next() == .undeliverable(peer: "silent", channel: .bulk))
    pair.server.send("hello", to: "attentive", over: .bulk)
    #expect(await other.next()?.text == "hello")
  }

  /// Each peer stays below its own bound, and all together exceed theirs.
  @Test(
    "the bytes that wait for all peers are bounded, and the peer with most of them loses its messages",
    .timeLimit(.minutes(1)))
  func boundedWaitingBytes() async throws {
    var limits = MessagingLimits()
    limits.outboundBulkInAll = 20_000_000
    limits.inboundBytes = 1_000_000
    let pair = try ConnectedPair(limits: limits, client: "greedy")
    let others = try ["a", "b"].map {
      try Messenger.connecting(to: pair.server.endpoint, as: $0, limits: limits)
    }
    defer {
      for other in others { other.close() }
      pair.close()
    }
    var heard = pair.server.inbound.makeAsyncIterator()
    for client in [pair.client] + others {
      client.send("hello", over: .bulk)
      _ = await heard.next()
    }
    let chunk = Data(count: 200_000)
    for _ in 0..<30 {
      for (peer, count) in [("greedy", 6), ("a", 1), ("b", 1)] {
        for _ in 0..<count {
          pair.server.send(Envelope(peer: peer, channel: .bulk, payload: chunk))
        }
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

  @Test(
    "a worker finds a coordinator that starts later, and again after a restart",
    .timeLimit(.minutes(1)))
  func lateCoordinator() async throws {
    let first = try Messenger.serving(.freeLoopback)
    let endpoint = first.endpoint
    first.close()
    let client = try Messenger.connecting(to: endpoint, as: "worker")
    defer { client.close() }
    for text in ["early", "again"] {
      client.send(text)
      let server = try Messenger.serving(endpoint)
      // A message is lost if it is sent before the client has seen the connection break, so it is repeated.
      let repeating = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(20))
          client.send(text)
        }
      }
      for await inbound in server.inbound where inbound.text == text { break }
      repeating.cancel()
      _ = await repeating.result
      server.close()
    }
  }

  @Test("a control message overtakes waiting bulk messages")
  func overtaking() async throws {
    let pair = try ConnectedPair()
    defer { pair.close() }
    let chunks = 400
    let chunk = Data(count: 256 << 10)
    for _ in 0..<chunks {
      pair.client.send(Envelope(peer: "", channel: .bulk, payload: chunk))
    }
    pair.client.send("beat")
    var before = 0
    for await inbound in pair.server.inbound {
      if inbound.text == "beat" { break }
      before += 1
    }
    #expect(before < chunks / 2, "the heartbeat came after \(before) of \(chunks) chunks")
  }
}
