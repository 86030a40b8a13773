import Blobs
import Foundation
import Jobs
import Testing
import Wire

/// A blob that is whole but not on disk yet: nobody is told that it is stored.
@Suite struct SettlingTests {
  private let place = Place()
  private let bytes = Data("some bytes".utf8)
  private var reference: BlobReference {
    BlobReference(digest: Digest(of: bytes), size: bytes.count)
  }
  private var chunk: BlobMessage {
    .chunk(reference.digest, offset: 0, total: bytes.count, bytes: bytes)
  }

  /// A server that has taken a blob whose settling was put off.
  private func waiting() throws -> (BlobFolder, BlobServer, ArrivedBlob) {
    let folder = try place.folder("far")
    var server = BlobServer(folder)
    var arrival: ArrivedBlob?
    _ = try server.received(.put(reference), from: "worker")
    let answers = try server.received(chunk, from: "worker") { blob in
      arrival = blob
      return false
    }
    #expect(answers == [])
    return (folder, server, try #require(arrival))
  }

  @Test func itIsStoredOnceItHasSettled() throws {
    defer { place.clean() }
    var (folder, server, arrival) = try waiting()
    #expect(!folder.contains(reference.digest))
    try folder.settle([arrival])
    #expect(server.settled(reference.digest, of: "worker") == .stored(reference.digest))
    #expect(try folder.get(reference.digest) == bytes)
    #expect(try server.received(.put(reference), from: "worker") == [.stored(reference.digest)])
  }

  @Test func offeredAgainMeanwhileItIsNotSentAgain() throws {
    defer { place.clean() }
    var (folder, server, _) = try waiting()
    #expect(try server.received(.put(reference), from: "worker") == [])
    #expect(try server.received(chunk, from: "worker") == [])
    #expect(!folder.contains(reference.digest))
  }

  @Test func itSettlesThoughItsSenderIsForgotten() throws {
    defer { place.clean() }
    var (folder, server, arrival) = try waiting()
    server.forget("worker")
    try folder.settle([arrival])
    #expect(try folder.get(reference.digest) == bytes)
  }

  @Test func twoOfTheSameBytesSettleAsOne() throws {
    defer { place.clean() }
    let (folder, _, first) = try waiting()
    let (_, _, second) = try waiting()
    try folder.settle([first, second])
    #expect(try folder.get(reference.digest) == bytes)
  }

  @Test func aPartThatWasTornIsWrittenOver() throws {
    defer { place.clean() }
    let file = try place.folder("far").folder.appending(path: "part")
    try write(Data("begin torn".utf8), to: file)
    try write(Data("ning and end".utf8), to: file, at: 5)
    #expect(try Data(contentsOf: file) == Data("beginning and end".utf8))
  }
}
