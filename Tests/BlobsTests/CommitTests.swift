import Blobs
import Foundation
import Jobs
import TestTraits
import Testing
import Wire

@Suite("A blob that is complete and not committed yet", .temporaryFolder) struct CommitTests {
  private let bytes = Data("some bytes".utf8)
  private var reference: BlobReference {
    BlobReference(digest: Digest(of: bytes), size: bytes.count)
  }
  private var chunk: BlobMessage {
    .chunk(reference.digest, offset: 0, total: bytes.count, bytes: bytes)
  }

  /// Returns a server that has taken a blob whose commit is to follow.
  private func staged() throws -> (BlobFolder, BlobServer, StagedBlob) {
    let folder = try BlobFolder.temporary("far")
    var server = BlobServer(folder)
    var staged: StagedBlob?
    _ = try server.received(.put(reference), from: "worker")
    let answers = try server.received(chunk, from: "worker") { blob in
      staged = blob
      return false
    }
    #expect(answers == [])
    return (folder, server, try #require(staged))
  }

  @Test("it is stored after its commit")
  func storedAfterCommit() throws {
    var (folder, server, blob) = try staged()
    #expect(!folder.contains(reference.digest))
    try folder.commit([blob])
    #expect(server.committed(reference.digest, from: "worker") == .stored(reference.digest))
    #expect(try folder.get(reference.digest) == bytes)
    #expect(try server.received(.put(reference), from: "worker") == [.stored(reference.digest)])
  }

  @Test("if it is offered again it is not sent again")
  func offeredAgain() throws {
    var (folder, server, _) = try staged()
    #expect(try server.received(.put(reference), from: "worker") == [])
    #expect(try server.received(chunk, from: "worker") == [])
    #expect(!folder.contains(reference.digest))
  }

  @Test("it can be committed after its sender was forgotten")
  func forgottenSender() throws {
    var (folder, server, blob) = try staged()
    server.forget("worker")
    try folder.commit([blob])
    #expect(try folder.get(reference.digest) == bytes)
  }

  @Test("two copies of the same bytes are committed as one blob")
  func equalBytes() throws {
    let (folder, _, first) = try staged()
    let (_, _, second) = try staged()
    try folder.commit([first, second])
    #expect(try folder.get(reference.digest) == bytes)
  }

  @Test("a damaged part of a file is overwritten")
  func overwritesPart() throws {
    let file = try BlobFolder.temporary("far").folder.appending(path: "part")
    try write(Data("begin torn".utf8), to: file)
    try write(Data("ning and end".utf8), to: file, at: 5)
    #expect(try Data(contentsOf: file) == Data("beginning and end".utf8))
  }
}
