import Blobs
import Errors
import Foundation
import Jobs
import TestSupport
import TestTraits
import Testing
import Wire

/// A client and a server without a connection, so that a test decides which messages arrive.
private struct TransferPair {
  let near: BlobFolder
  let far: BlobFolder
  var client: BlobClient
  var server: BlobServer
  var now = ContinuousClock.now
  var outcomes: [BlobClient.Outcome] = []
  /// The messages on the way to the server.
  var up: [BlobMessage] = []
  /// The messages on the way to the client.
  var down: [BlobMessage] = []

  init(maxSize: Int = 1 << 30) throws {
    near = try .temporary("near")
    far = try .temporary("far")
    client = BlobClient(near, timeout: .seconds(3))
    server = BlobServer(far, maxSize: maxSize)
  }

  mutating func fetch(_ digest: Digest) { take(client.fetch(digest, at: now)) }

  mutating func store(_ reference: BlobReference) throws {
    up += try client.store(reference, at: now)
  }

  mutating func take(_ step: BlobClient.Step) {
    up += step.messages
    for chunk in step.chunks {
      do { up.append(try chunk.message()) } catch {
        take(client.cannotRead(chunk.digest, reason: "\(error)", at: now))
      }
    }
    outcomes += step.outcomes
  }

  /// Delivers messages until none is on the way. `disturb` may drop, repeat and reorder them.
  mutating func deliver(_ disturb: (inout [BlobMessage]) -> Void = { _ in }) throws {
    while !up.isEmpty || !down.isEmpty {
      disturb(&up)
      for message in removeAll(&up) { down += try server.received(message, from: "worker") }
      disturb(&down)
      for message in removeAll(&down) { take(client.received(message, at: now)) }
    }
  }

  /// Lets the client's timeout pass.
  mutating func wait() {
    now += .seconds(4)
    up += client.tick(at: now)
  }

  private func removeAll(_ messages: inout [BlobMessage]) -> [BlobMessage] {
    defer { messages = [] }
    return messages
  }
}

private let sizes = [
  0, 1, WireLimits.chunk - 1, WireLimits.chunk, WireLimits.chunk + 1, 4 * WireLimits.chunk,
  9 * WireLimits.chunk + 17,
]

/// Returns bytes of which no two chunks are equal.
private func bytes(_ count: Int) -> Data {
  var generator = SeededGenerator(seed: UInt64(count))
  var words = (0..<(count / 8 + 1)).map { _ in generator.next() }
  return Data(bytes: &words, count: count)
}

@Suite("Transfers of blobs", .temporaryFolder) struct TransferTests {
  @Test("a blob is fetched", arguments: sizes)
  func fetch(size: Int) throws {
    var pair = try TransferPair()
    let reference = try pair.far.put(bytes(size))
    pair.fetch(reference.digest)
    try pair.deliver()
    #expect(pair.outcomes == [.fetched(reference.digest)])
    #expect(try pair.near.get(reference.digest) == bytes(size))
  }

  @Test("a blob is stored", arguments: sizes)
  func store(size: Int) throws {
    var pair = try TransferPair()
    let reference = try pair.near.put(bytes(size))
    try pair.store(reference)
    #expect(pair.client.isStoring(reference.digest))
    try pair.deliver()
    #expect(pair.outcomes == [.stored(reference.digest)])
    #expect(!pair.client.isStoring(reference.digest))
    #expect(try pair.far.get(reference.digest) == bytes(size))
  }

  @Test("more blobs than a coordinator takes at once are all stored")
  func manyOffers() throws {
    var pair = try TransferPair()
    let references = try (0..<3 * BlobServer.maxOffers).map { try pair.near.put(bytes(1000 + $0)) }
    for reference in references { try pair.store(reference) }
    #expect(pair.up.count == BlobServer.maxOffers)
    #expect(references.allSatisfy { pair.client.isStoring($0.digest) })
    try pair.deliver()
    #expect(Set(pair.outcomes) == Set(references.map { .stored($0.digest) }))
    #expect(references.allSatisfy { pair.far.size($0.digest) == $0.size })
  }

  @Test("only a few blobs are requested at once, and all are fetched")
  func manyFetches() throws {
    var pair = try TransferPair()
    let blobs = try (0..<3 * BlobClient.maxFetches).map {
      try pair.far.put(bytes(1000 + $0)).digest
    }
    let missing = Digest(of: Data("nowhere".utf8))
    for digest in [missing] + blobs + blobs { pair.fetch(digest) }
    #expect(pair.up.count == BlobClient.maxFetches)
    try pair.deliver()
    #expect(pair.outcomes.count == blobs.count + 1)
    #expect(Set(pair.outcomes.dropFirst()) == Set(blobs.map { .fetched($0) }))
  }

  @Test("a blob that the receiver has is not sent")
  func presentBlob() throws {
    var pair = try TransferPair()
    let reference = try pair.near.put(bytes(1_000_000))
    try pair.far.put(bytes(1_000_000))
    pair.fetch(reference.digest)
    #expect(pair.up.isEmpty)
    #expect(pair.outcomes == [.fetched(reference.digest)])
    try pair.store(reference)
    try pair.deliver { messages in
      for message in messages { if case .chunk = message { Issue.record("a chunk travelled") } }
    }
    #expect(pair.outcomes.last == .stored(reference.digest))
  }

  /// The power failure has left a file of another size, or of the right size without the bytes.
  @Test("a blob that a power failure has damaged is fetched again", arguments: [0, 100, 100_000])
  func damagedCache(left: Int) throws {
    var pair = try TransferPair()
    let reference = try pair.far.put(bytes(100_000))
    try pair.near.put(bytes(100_000))
    try Data(count: left).write(to: pair.near.file(reference.digest))
    pair.fetch(reference.digest)
    #expect(pair.outcomes.isEmpty)
    try pair.deliver()
    #expect(pair.outcomes == [.fetched(reference.digest)])
    #expect(try pair.near.get(reference.digest) == bytes(100_000))
  }

  @Test("lost, repeated and reordered messages change no byte", arguments: 0..<40)
  func unreliableMessages(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var pair = try TransferPair()
    let size = Int.random(in: 0...8 * WireLimits.chunk, using: &generator)
    let wanted = try pair.far.put(bytes(size))
    let offered = try pair.near.put(bytes(size + 1))
    pair.fetch(wanted.digest)
    try pair.store(offered)
    for _ in 0..<400 where pair.outcomes.count < 2 {
      try pair.deliver { messages in
        messages = messages.flatMap { message in
          generator.chance(0.2) ? [] : generator.chance(0.2) ? [message, message] : [message]
        }
        if generator.chance(0.2) { messages.shuffle(using: &generator) }
      }
      if generator.chance(0.02) { pair.server.forget("worker") }
      pair.wait()
    }
    #expect(Set(pair.outcomes) == [.fetched(wanted.digest), .stored(offered.digest)])
    #expect(try pair.near.get(wanted.digest) == bytes(size))
    #expect(try pair.far.get(offered.digest) == bytes(size + 1))
  }

  @Test("after a silence a transfer continues from the last byte")
  func continuesAfterSilence() throws {
    var pair = try TransferPair()
    let reference = try pair.far.put(bytes(20 * WireLimits.chunk))
    pair.fetch(reference.digest)
    var chunks = 0
    try pair.deliver { messages in
      chunks += messages.count
      if chunks > 12 { messages = [] }
    }
    #expect(pair.outcomes.isEmpty)
    pair.wait()
    guard case .get(_, let offset, _) = try #require(pair.up.first) else {
      Issue.record("not a request: \(pair.up)")
      return
    }
    #expect(offset > 0)
    try pair.deliver()
    #expect(pair.outcomes == [.fetched(reference.digest)])
  }

  @Test("a restarted coordinator is offered the blob again")
  func restartedCoordinator() throws {
    var pair = try TransferPair()
    let reference = try pair.near.put(bytes(10 * WireLimits.chunk))
    try pair.store(reference)
    var rounds = 0
    try pair.deliver { messages in
      rounds += 1
      if rounds > 4 { messages = [] }
    }
    pair.server = BlobServer(pair.far)
    pair.wait()
    try pair.deliver()
    #expect(pair.outcomes == [.stored(reference.digest)])
    #expect(try pair.far.get(reference.digest).count == reference.size)
  }

  @Test("the window stays full and never overflows")
  func window() throws {
    var pair = try TransferPair()
    let reference = try pair.far.put(bytes(10 << 20))
    pair.fetch(reference.digest)
    var questions = 0
    var most = 0
    try pair.deliver { messages in
      let sizes = messages.compactMap { message in
        if case .chunk(_, _, _, let bytes) = message { bytes.count } else { nil }
      }
      most = max(most, sizes.reduce(0, +))
      questions += messages.count - sizes.count
    }
    #expect(pair.outcomes == [.fetched(reference.digest)])
    #expect(most == 1 << 20)
    // There is one request for half a window, not one for each chunk.
    #expect(questions <= 21)
  }

  /// The blob is removed before it is requested, or between that and its turn to be sent.
  @Test("a blob that cannot be read any more is not stored", arguments: [false, true])
  func unreadableBlob(isAsked: Bool) throws {
    let folder = try BlobFolder.temporary("near")
    var client = BlobClient(folder, timeout: .seconds(3))
    let reference = try folder.put(bytes(WireLimits.chunk))
    #expect(try client.store(reference, at: .now) == [.put(reference)])
    if !isAsked { folder.remove(reference.digest) }
    let demand = BlobMessage.proceed(reference.digest, offset: 0, credit: 4)
    var outcomes = client.received(demand, at: .now).outcomes
    if isAsked {
      let chunks = client.received(demand, at: .now).chunks
      folder.remove(reference.digest)
      #expect(outcomes.isEmpty && chunks.count == 1)
      for chunk in chunks {
        let error = #expect(throws: DipperError.self) { try chunk.message() }
        outcomes += client.cannotRead(chunk.digest, reason: "\(error as Any)", at: .now).outcomes
      }
    }
    guard case .storeFailed(reference.digest, let reason) = outcomes.first else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(outcomes.count == 1 && reason.contains(reference.digest.short))
    #expect(!client.isStoring(reference.digest))
  }

  @Test("a blob that the coordinator lacks or has damaged is missing")
  func missingAtCoordinator() throws {
    var pair = try TransferPair()
    let damaged = try pair.far.put(bytes(100)).digest
    try bytes(99).write(to: pair.far.file(damaged))
    for digest in [Digest(of: Data("nowhere".utf8)), damaged] {
      pair.fetch(digest)
      try pair.deliver()
      #expect(
        pair.outcomes.last == .fetchFailed(digest, reason: "the coordinator does not have it"))
    }
  }

  @Test("bytes with another digest are refused by both sides")
  func otherDigest() throws {
    var pair = try TransferPair()
    let digest = Digest(of: bytes(100))
    let wrong = BlobMessage.chunk(digest, offset: 0, total: 99, bytes: bytes(99))
    pair.fetch(digest)
    pair.take(pair.client.received(wrong, at: .now))
    guard case .fetchFailed(digest, let reason)? = pair.outcomes.last else {
      Issue.record("accepted: \(pair.outcomes)")
      return
    }
    #expect(reason.contains("another digest"))
    _ = try pair.server.received(.put(BlobReference(digest: digest, size: 99)), from: "worker")
    let answers = try pair.server.received(wrong, from: "worker")
    guard case .rejected(digest, _)? = answers.first else {
      Issue.record("accepted: \(answers)")
      return
    }
    #expect(!pair.near.contains(digest) && !pair.far.contains(digest))
  }

  @Test("blobs that are too large, too many or not offered are not taken")
  func limits() throws {
    var pair = try TransferPair(maxSize: 1000)
    let large = BlobReference(digest: Digest(of: Data("large".utf8)), size: 1001)
    #expect(
      try pair.server.received(.put(large), from: "worker")
        == [.rejected(large.digest, reason: "1001 bytes; at most 1000 are taken")])
    let stray = BlobMessage.chunk(large.digest, offset: 0, total: 10, bytes: bytes(10))
    #expect(try pair.server.received(stray, from: "worker") == [])
    for number in 0...BlobServer.maxOffers {
      let reference = BlobReference(digest: Digest(of: bytes(number)), size: 10)
      let answer = try pair.server.received(.put(reference), from: "worker").first
      if case .rejected = answer {
        #expect(number == BlobServer.maxOffers)
      } else {
        #expect(number < BlobServer.maxOffers)
      }
    }
    pair.server.forget("worker")
    let partials = pair.far.folder.appending(path: "partial")
    #expect(try FileManager.default.contentsOfDirectory(atPath: partials.path).isEmpty)
  }

  @Test("a blob that workers may not read is missing for them")
  func unreadableForWorkers() throws {
    let folder = try BlobFolder.temporary("far")
    let groundTruth = try folder.put(bytes(100)).digest
    var server = BlobServer(folder) { $0 != groundTruth }
    #expect(
      try server.received(.get(groundTruth, offset: 0, credit: 4), from: "worker") == [
        .missing(groundTruth)
      ])
  }

  @Test("offering a blob that is not in the cache is an error")
  func absentOffer() throws {
    var pair = try TransferPair()
    let reference = BlobReference(digest: Digest(of: bytes(10)), size: 10)
    let error = #expect(throws: DipperError.self) { try pair.store(reference) }
    #expect(error?.code == .blobMissing)
  }
}
