import Blobs
import Foundation
import Jobs
import TestSupport
import Testing
import Wire

/// Both ends of a bulk connection without the connection: a test decides what arrives.
private struct Ends {
  let near: BlobFolder
  let far: BlobFolder
  var client: BlobClient
  var server: BlobServer
  var now = 0.0
  var outcomes: [BlobClient.Outcome] = []
  /// On their way to the server, and to the client.
  var up: [BlobMessage] = []
  var down: [BlobMessage] = []

  init(_ place: Place, largest: Int = 1 << 30) throws {
    (near, far) = (try place.folder("near"), try place.folder("far"))
    client = BlobClient(near, patience: 3)
    server = BlobServer(far, largest: largest)
  }

  mutating func fetch(_ digest: Digest) { note(client.fetch(digest, at: now)) }

  mutating func store(_ reference: BlobReference) throws {
    up += try client.store(reference, at: now)
  }

  mutating func note(_ step: BlobClient.Step) {
    up += step.messages
    for chunk in step.chunks {
      do { up.append(try chunk.message()) } catch {
        note(client.isUnreadable(chunk.digest, "\(error)", at: now))
      }
    }
    outcomes += step.outcomes
  }

  /// Carries messages until none is on its way; `meddle` may drop, repeat and reorder.
  mutating func settle(_ meddle: (inout [BlobMessage]) -> Void = { _ in }) throws {
    while !up.isEmpty || !down.isEmpty {
      meddle(&up)
      for message in take(&up) { down += try server.received(message, from: "worker") }
      meddle(&down)
      for message in take(&down) { note(client.received(message, at: now)) }
    }
  }

  /// Lets the client's patience run out.
  mutating func wait() {
    now += 4
    up += client.tick(at: now)
  }

  private func take(_ messages: inout [BlobMessage]) -> [BlobMessage] {
    defer { messages = [] }
    return messages
  }
}

private let sizes = [
  0, 1, WireLimits.chunk - 1, WireLimits.chunk, WireLimits.chunk + 1, 4 * WireLimits.chunk,
  9 * WireLimits.chunk + 17,
]

/// Bytes of which no two chunks are equal.
private func bytes(_ count: Int) -> Data {
  var generator = SeededGenerator(seed: UInt64(count))
  var words = (0..<(count / 8 + 1)).map { _ in generator.next() }
  return Data(bytes: &words, count: count)
}

@Test(arguments: sizes) func aBlobIsFetched(size: Int) throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.far.put(bytes(size))
  ends.fetch(reference.digest)
  try ends.settle()
  #expect(ends.outcomes == [.fetched(reference.digest)])
  #expect(try ends.near.get(reference.digest) == bytes(size))
}

@Test(arguments: sizes) func aBlobIsStored(size: Int) throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.near.put(bytes(size))
  try ends.store(reference)
  #expect(ends.client.isStoring(reference.digest))
  try ends.settle()
  #expect(ends.outcomes == [.stored(reference.digest)])
  #expect(!ends.client.isStoring(reference.digest))
  #expect(try ends.far.get(reference.digest) == bytes(size))
}

@Test func moreBlobsThanACoordinatorTakesAtOnceAreStoredAllTheSame() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let references = try (0..<3 * BlobServer.mostOffers).map { try ends.near.put(bytes(1000 + $0)) }
  for reference in references { try ends.store(reference) }
  #expect(ends.up.count == BlobServer.mostOffers)
  #expect(references.allSatisfy { ends.client.isStoring($0.digest) })
  try ends.settle()
  #expect(Set(ends.outcomes) == Set(references.map { .stored($0.digest) }))
  #expect(references.allSatisfy { ends.far.size($0.digest) == $0.size })
}

@Test func onlyAFewBlobsAreAskedForAtOnceAndAllAreFetched() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let blobs = try (0..<3 * BlobClient.mostFetches).map { try ends.far.put(bytes(1000 + $0)).digest }
  let missing = Digest(of: Data("nowhere".utf8))
  for digest in [missing] + blobs + blobs { ends.fetch(digest) }
  #expect(ends.up.count == BlobClient.mostFetches)
  try ends.settle()
  #expect(ends.outcomes.count == blobs.count + 1)
  #expect(Set(ends.outcomes.dropFirst()) == Set(blobs.map { .fetched($0) }))
}

@Test func whatIsThereAlreadyDoesNotTravel() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.near.put(bytes(1_000_000))
  try ends.far.put(bytes(1_000_000))
  ends.fetch(reference.digest)
  #expect(ends.up.isEmpty)
  #expect(ends.outcomes == [.fetched(reference.digest)])
  try ends.store(reference)
  try ends.settle { messages in
    for message in messages { if case .chunk = message { Issue.record("a chunk travelled") } }
  }
  #expect(ends.outcomes.last == .stored(reference.digest))
}

/// A power failure has left the file's name and size, and not its bytes.
@Test(arguments: [0, 100, 100_000]) func whatACacheHasTornIsFetchedAnew(left: Int) throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.far.put(bytes(100_000))
  try ends.near.put(bytes(100_000))
  try Data(count: left).write(to: ends.near.file(reference.digest))
  ends.fetch(reference.digest)
  #expect(ends.outcomes.isEmpty)
  try ends.settle()
  #expect(ends.outcomes == [.fetched(reference.digest)])
  #expect(try ends.near.get(reference.digest) == bytes(100_000))
}

@Test(arguments: 0..<40) func noLossRepetitionOrDisorderChangesAByte(seed: Int) throws {
  let place = Place()
  defer { place.clean() }
  var generator = SeededGenerator(seed: UInt64(seed))
  var ends = try Ends(place)
  let size = Int.random(in: 0...8 * WireLimits.chunk, using: &generator)
  let wanted = try ends.far.put(bytes(size))
  let offered = try ends.near.put(bytes(size + 1))
  ends.fetch(wanted.digest)
  try ends.store(offered)
  for _ in 0..<400 where ends.outcomes.count < 2 {
    try ends.settle { messages in
      messages = messages.flatMap { message in
        generator.chance(0.2) ? [] : generator.chance(0.2) ? [message, message] : [message]
      }
      if generator.chance(0.2) { messages.shuffle(using: &generator) }
    }
    if generator.chance(0.02) { ends.server.forget("worker") }
    ends.wait()
  }
  #expect(Set(ends.outcomes) == [.fetched(wanted.digest), .stored(offered.digest)])
  #expect(try ends.near.get(wanted.digest) == bytes(size))
  #expect(try ends.far.get(offered.digest) == bytes(size + 1))
}

@Test func afterASilenceATransferGoesOnWhereItWas() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.far.put(bytes(20 * WireLimits.chunk))
  ends.fetch(reference.digest)
  var chunks = 0
  try ends.settle { messages in
    chunks += messages.count
    if chunks > 12 { messages = [] }
  }
  #expect(ends.outcomes.isEmpty)
  ends.wait()
  guard case .get(_, let offset, _) = try #require(ends.up.first) else {
    Issue.record("not a question: \(ends.up)")
    return
  }
  #expect(offset > 0)
  try ends.settle()
  #expect(ends.outcomes == [.fetched(reference.digest)])
}

@Test func aRestartedCoordinatorIsOfferedTheBlobAgain() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.near.put(bytes(10 * WireLimits.chunk))
  try ends.store(reference)
  var rounds = 0
  try ends.settle { messages in
    rounds += 1
    if rounds > 4 { messages = [] }
  }
  ends.server = BlobServer(ends.far)
  ends.wait()
  try ends.settle()
  #expect(ends.outcomes == [.stored(reference.digest)])
  #expect(try ends.far.get(reference.digest).count == reference.size)
}

@Test func theWindowStaysFullButNeverOverflows() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = try ends.far.put(bytes(10 << 20))
  ends.fetch(reference.digest)
  var (questions, most) = (0, 0)
  try ends.settle { messages in
    let sizes = messages.compactMap { message in
      if case .chunk(_, _, _, let bytes) = message { bytes.count } else { nil }
    }
    most = max(most, sizes.reduce(0, +))
    questions += messages.count - sizes.count
  }
  #expect(ends.outcomes == [.fetched(reference.digest)])
  #expect(most == 1 << 20)
  // One question for half a window, not one for each chunk.
  #expect(questions <= 21)
}

/// Removed before it is asked for, and between that and its turn to be sent.
@Test(arguments: [false, true]) func whatCannotBeReadAnyMoreIsNotStored(isAsked: Bool) throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("near")
  var client = BlobClient(folder, patience: 3)
  let reference = try folder.put(bytes(WireLimits.chunk))
  #expect(try client.store(reference, at: 0) == [.put(reference)])
  if !isAsked { folder.remove(reference.digest) }
  let demand = BlobMessage.proceed(reference.digest, offset: 0, credit: 4)
  var outcomes = client.received(demand, at: 0).outcomes
  if isAsked {
    let chunks = client.received(demand, at: 0).chunks
    folder.remove(reference.digest)
    #expect(outcomes.isEmpty && chunks.count == 1)
    for chunk in chunks {
      let error = #expect(throws: BlobError.self) { try chunk.message() }
      outcomes += client.isUnreadable(chunk.digest, "\(error as Any)", at: 0).outcomes
    }
  }
  guard case .storeFailed(reference.digest, let reason) = outcomes.first else {
    Issue.record("\(outcomes)")
    return
  }
  #expect(outcomes.count == 1 && reason.contains(reference.digest.short))
  #expect(!client.isStoring(reference.digest))
}

@Test func aBlobThatTheCoordinatorLacksOrHasDamagedIsMissing() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let damaged = try ends.far.put(bytes(100)).digest
  try bytes(99).write(to: ends.far.file(damaged))
  for digest in [Digest(of: Data("nowhere".utf8)), damaged] {
    ends.fetch(digest)
    try ends.settle()
    #expect(ends.outcomes.last == .fetchFailed(digest, reason: "the coordinator does not have it"))
  }
}

@Test func bytesOfAnotherDigestAreRefusedAtBothEnds() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let digest = Digest(of: bytes(100))
  let lie = BlobMessage.chunk(digest, offset: 0, total: 99, bytes: bytes(99))
  ends.fetch(digest)
  ends.note(ends.client.received(lie, at: 0))
  guard case .fetchFailed(digest, let reason)? = ends.outcomes.last else {
    Issue.record("believed: \(ends.outcomes)")
    return
  }
  #expect(reason.contains("another digest"))
  _ = try ends.server.received(.put(BlobReference(digest: digest, size: 99)), from: "liar")
  let answers = try ends.server.received(lie, from: "liar")
  guard case .rejected(digest, _)? = answers.first else {
    Issue.record("believed: \(answers)")
    return
  }
  #expect(!ends.near.contains(digest) && !ends.far.contains(digest))
}

@Test func whatIsTooLargeTooManyOrNotOfferedIsNotTaken() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place, largest: 1000)
  let large = BlobReference(digest: Digest(of: Data("large".utf8)), size: 1001)
  #expect(
    try ends.server.received(.put(large), from: "worker")
      == [.rejected(large.digest, reason: "1001 bytes; at most 1000 are taken")])
  let stray = BlobMessage.chunk(large.digest, offset: 0, total: 10, bytes: bytes(10))
  #expect(try ends.server.received(stray, from: "worker") == [])
  for number in 0...BlobServer.mostOffers {
    let reference = BlobReference(digest: Digest(of: bytes(number)), size: 10)
    let answer = try ends.server.received(.put(reference), from: "worker").first
    if case .rejected = answer {
      #expect(number == BlobServer.mostOffers)
    } else {
      #expect(number < BlobServer.mostOffers)
    }
  }
  ends.server.forget("worker")
  let partials = ends.far.folder.appending(path: "partial")
  #expect(try FileManager.default.contentsOfDirectory(atPath: partials.path).isEmpty)
}

@Test func aBlobThatMayNotBeReadIsMissing() throws {
  let place = Place()
  defer { place.clean() }
  let folder = try place.folder("far")
  let truth = try folder.put(bytes(100)).digest
  var server = BlobServer(folder) { $0 != truth }
  #expect(
    try server.received(.get(truth, offset: 0, credit: 4), from: "worker") == [.missing(truth)])
}

@Test func anOfferOfWhatIsNotInTheCacheIsAnError() throws {
  let place = Place()
  defer { place.clean() }
  var ends = try Ends(place)
  let reference = BlobReference(digest: Digest(of: bytes(10)), size: 10)
  let error = #expect(throws: BlobError.self) { try ends.store(reference) }
  #expect(error?.code == .missing)
}
